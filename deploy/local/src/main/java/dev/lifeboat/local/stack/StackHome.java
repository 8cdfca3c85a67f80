package dev.lifeboat.local.stack;

import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.Secrets;
import dev.lifeboat.local.process.ServerUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The folder of one stack. All that must survive lies here or in its data folder; deleting both deletes the stack.
 *
 * @param root absolute path: {@code LIFEBOAT_HOME}, else {@code .lifeboat} of the checkout
 */
public record StackHome(Path root) {
    /** The variable that moves it. */
    public static final String VARIABLE = "LIFEBOAT_HOME";

    /** The longest path of a data folder: a Unix socket below it must stay within 107 bytes. */
    private static final int DATA_PATH_LIMIT = 107 - "/postgres/run/.s.PGSQL.65535".length();

    /** The home that the environment names, else the checkout's. */
    public static StackHome of(Map<String, String> environment, Path checkout) {
        String named = environment.getOrDefault(VARIABLE, "");
        Path root = named.isBlank() ? checkout.resolve(".lifeboat") : Path.of(named);
        return new StackHome(root.toAbsolutePath().normalize());
    }

    /** Where everything is: what tests and people read. Mode 0600. */
    public Path stackFile() {
        return root.resolve("stack.json");
    }

    /** What the stack keeps for itself: ports, passwords, tokens. Mode 0600. */
    public Path stateFile() {
        return root.resolve("state.json");
    }

    /** Who may call the services: names, roles, digests of tokens. Mode 0600. */
    public Path principalsFile() {
        return root.resolve("principals.json");
    }

    /** Files that declarations may refer to as secrets. */
    public Path secretsDirectory() {
        return root.resolve("secrets");
    }

    /** The token with which a service calls the others. Mode 0600. */
    public Path tokenFile(PartName service) {
        return root.resolve("tokens").resolve(service.text());
    }

    /** The verifier's signing key. */
    public Path ledgerKeyDirectory() {
        return root.resolve("ledger-keys");
    }

    /** Held while the stack is being changed. */
    public Path lockFile() {
        return root.resolve("lock");
    }

    /** Makes the folder: others may pass through it to the data folder, and read nothing. */
    public void create() {
        Secrets.folder(root, "rwx--x--x");
        Secrets.folder(secretsDirectory(), "rwx------");
        Secrets.folder(root.resolve("tokens"), "rwx------");
        Secrets.folder(ledgerKeyDirectory(), "rwx------");
    }

    /**
     * Where the parts' folders go: below the home, or, where PostgreSQL's user cannot enter or a socket's path would be too
     * long, in a folder of {@code /var/tmp} that is named after the home.
     */
    public Path chooseData(ServerUser user) {
        Path data = chooseData(folder -> {
            Secrets.folder(folder, "rwxr-xr-x");
            return user.canEnter(folder);
        });
        Secrets.folder(data, "rwxr-xr-x");
        requireOwned(data);
        return data;
    }

    /** The decision alone. */
    Path chooseData(Predicate<Path> canBeEntered) {
        Path below = root.resolve("data");
        boolean fits = below.toString().getBytes(StandardCharsets.UTF_8).length <= DATA_PATH_LIMIT;
        if (fits && canBeEntered.test(below)) {
            return below;
        }
        return Path.of("/var/tmp/lifeboat-" + digest(root.toString()).substring(0, 12));
    }

    /** /var/tmp is open to everybody: a folder of that name that somebody else made is not ours to trust. */
    private static void requireOwned(Path data) {
        try {
            String owner = Files.getOwner(data, LinkOption.NOFOLLOW_LINKS).getName();
            if (Files.isSymbolicLink(data) || !owner.equals(System.getProperty("user.name"))) {
                throw new LocalStackException(
                        "folder-not-ours",
                        data + " to be a folder of " + System.getProperty("user.name"),
                        Files.isSymbolicLink(data) ? "a symbolic link" : "it belongs to " + owner,
                        "set " + VARIABLE + " to a folder that PostgreSQL's user can enter");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
