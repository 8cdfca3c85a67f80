package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * What lies on the database's host for one cluster: the configuration with secrets that {@code archive_command} reads, the
 * one without that we use, locks, and a note of what was checked. All of it belongs to the operating-system user of the
 * server, and only that user gets in.
 */
final class HostFolder {
    /** Name of the configuration for {@code archive_command}. */
    static final String ARCHIVING = "pgbackrest.conf";

    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PRIVATE_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");

    private final Path folder;
    private final UserPrincipal owner;

    private HostFolder(Path folder, UserPrincipal owner) {
        this.folder = folder;
        this.owner = owner;
    }

    /** The folder of a cluster below the service's work folder; made when it is not there. */
    static HostFolder open(Path workDirectory, UUID clusterId, UserPrincipal owner) {
        Path base = workDirectory.toAbsolutePath().normalize().resolve("pgbackrest");
        try {
            Files.createDirectories(base.getParent());
            if (!Files.isDirectory(base)) {
                Files.createDirectories(base, PosixFilePermissions.asFileAttribute(PASSABLE));
                Files.setPosixFilePermissions(base, PASSABLE);
            }
            HostFolder host = new HostFolder(base.resolve(clusterId.toString()), owner);
            if (!Files.isDirectory(host.folder)) {
                Files.createDirectories(host.folder, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
            }
            host.own(host.folder);
            return host;
        } catch (IOException e) {
            throw unusable(base, e);
        }
    }

    /** The folder itself, for locks and the like below it. */
    Path path() {
        return folder;
    }

    /** For locks of commands that must not wait for the archiver. */
    Path ownLocks() {
        return folder.resolve("own-lock");
    }

    /** Configuration with secrets, for {@code archive_command}. */
    Path archiving() {
        return folder.resolve(ARCHIVING);
    }

    /** Configuration without secrets, for commands of ours; each is about one repository and knows that one alone. */
    Path commands(String repository) {
        return folder.resolve("commands-" + repository + ".conf");
    }

    /** Writes a file as a whole, if its content is another. */
    void write(Path file, String content) {
        try {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            if (Files.isRegularFile(file)
                    && MessageDigest.isEqual(Files.readAllBytes(file), bytes)
                    && Files.getPosixFilePermissions(file).equals(PRIVATE_FILE)
                    && Files.getOwner(file).equals(owner)) {
                return;
            }
            Path fresh = Files.createTempFile(
                    folder, "." + file.getFileName(), ".new", PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
            try {
                Files.write(fresh, bytes);
                own(fresh);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Whether exactly this was checked before: the stanza is in the repository and WAL arrives there. */
    boolean isChecked(String repository, String... facts) {
        Path note = note(repository);
        try {
            return Files.isRegularFile(note) && Files.readString(note).equals(digest(facts));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Notes that this was checked. */
    void checked(String repository, String... facts) {
        write(note(repository), digest(facts));
    }

    /** What was checked does not hold any more. */
    void forget(String repository) {
        try {
            Files.deleteIfExists(note(repository));
        } catch (IOException e) {
            throw unusable(note(repository), e);
        }
    }

    private Path note(String repository) {
        return folder.resolve("checked-" + repository);
    }

    private static String digest(String... facts) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(String.join("\0", facts).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void own(Path path) throws IOException {
        if (!Files.readAttributes(path, PosixFileAttributes.class).owner().equals(owner)) {
            Files.getFileAttributeView(path, FileOwnerAttributeView.class).setOwner(owner);
        }
    }

    private static RuntimeException unusable(Path path, IOException e) {
        var refusal = Refusal.fatal(new Failure(
                "pgbackrest.folder-closed",
                "The folder for pgBackRest's configuration cannot be written.",
                "a work folder that the service may write, and to be root or the server's operating-system user",
                e.toString(),
                "Look at " + path + " and the space on its disk."));
        refusal.addSuppressed(e);
        return refusal;
    }
}
