package dev.lifeboat.platform.secrets;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Resolves secret references inside the allow-list: environment names that begin with {@value #ENVIRONMENT_PREFIX}, and
 * regular files that lie directly in the secrets folder. Whoever may declare a cluster must not be able to read the
 * service's own secrets by sending them to a host of theirs, so everything else is refused: other names, paths, symbolic
 * links, devices, pipes. Resolve at the last moment, keep nothing.
 */
public final class SecretReferences {
    /** Only environment variables of this kind can be referred to. */
    public static final String ENVIRONMENT_PREFIX = "LIFEBOAT_SECRET_";

    /** A secret file is at most this long, in bytes. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final Pattern ENVIRONMENT_NAME = Pattern.compile("LIFEBOAT_SECRET_[A-Za-z0-9_]{1,200}");
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");

    private final UnaryOperator<String> environment;
    private final Path folder;

    /**
     * @param environment what the service's environment answers for a name, null where there is nothing
     * @param folder the configured secrets folder; need not exist as long as nobody refers to a file
     */
    public SecretReferences(UnaryOperator<String> environment, Path folder) {
        this.environment = environment;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** What is wrong with the form of a reference, decided without reading anything; empty when it is well formed. */
    public static Optional<Failure> mistakeIn(SecretRef reference) {
        boolean byEnvironment = reference.env() != null;
        boolean byFile = reference.file() != null;
        if (byEnvironment == byFile) {
            return Optional.of(new Failure(
                    "secret.reference-malformed",
                    "A secret reference names either an environment variable or a file.",
                    "exactly one of env and file",
                    byEnvironment ? "both" : "neither",
                    "Write {env: LIFEBOAT_SECRET_...} or {file: name-in-the-secrets-folder}."));
        }
        if (byEnvironment && !ENVIRONMENT_NAME.matcher(reference.env()).matches()) {
            return Optional.of(new Failure(
                    "secret.outside-allow-list",
                    "The environment variable " + shown(reference.env()) + " may not be used as a secret.",
                    "a name that begins with " + ENVIRONMENT_PREFIX + ", of letters, digits and underscores",
                    shown(reference.env()),
                    "Give the service the secret in a variable whose name begins with " + ENVIRONMENT_PREFIX + "."));
        }
        if (byFile && !FILE_NAME.matcher(reference.file()).matches()) {
            return Optional.of(new Failure(
                    "secret.outside-allow-list",
                    "The file " + shown(reference.file()) + " may not be used as a secret.",
                    "a plain file name: letters, digits, dot, dash, underscore, not beginning with a dot or dash",
                    shown(reference.file()),
                    "Put the file into the secrets folder and name it without a path."));
        }
        return Optional.empty();
    }

    /**
     * The secret behind a reference. One line end at the end of a file is not part of it.
     *
     * @throws SecretException when the reference is malformed, outside the allow-list, or leads to nothing usable
     */
    public Secret resolve(SecretRef reference) {
        Optional<Failure> mistake = mistakeIn(reference);
        if (mistake.isPresent()) {
            throw new SecretException(mistake.get());
        }
        return reference.env() != null ? fromEnvironment(reference.env()) : fromFile(reference.file());
    }

    private Secret fromEnvironment(String name) {
        String value = environment.apply(name);
        if (value == null) {
            throw refused(
                    "secret.not-found",
                    "The environment variable " + name + " is not set.",
                    "a variable with the secret",
                    "none",
                    "Set " + name + " in the environment of this service and start it again.");
        }
        if (value.isEmpty()) {
            throw empty("The environment variable " + name);
        }
        return Secret.of(value);
    }

    private Secret fromFile(String name) {
        Path file = folder.resolve(name);
        try {
            // Looked at before it is opened: opening a pipe would wait, and NOFOLLOW at both steps refuses a link that
            // is
            // put there in between.
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw refused(
                        "secret.not-a-plain-file",
                        "The secret file " + name + " is not a regular file.",
                        "a regular file",
                        attributes.isSymbolicLink()
                                ? "a symbolic link"
                                : attributes.isDirectory() ? "a folder" : "a device, pipe or socket",
                        "Put the secret itself into the secrets folder; links are not followed.");
            }
            return Secret.of(text(name, read(file, name)));
        } catch (NoSuchFileException e) {
            throw refused(
                    "secret.not-found",
                    "There is no secret file " + name + ".",
                    "a file in the secrets folder",
                    "none",
                    "Create " + name + " in the configured secrets folder, readable for this service only.");
        } catch (IOException e) {
            throw new SecretException(
                    new Failure(
                            "secret.unreadable",
                            "The secret file " + name + " cannot be read.",
                            "a file that this service may read",
                            e.getClass().getSimpleName(),
                            "Look at the owner and mode of the file and of the secrets folder."),
                    e);
        }
    }

    private static byte[] read(Path file, String name) throws IOException {
        try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw refused(
                        "secret.too-large",
                        "The secret file " + name + " is too large to be a secret.",
                        "at most " + MAX_BYTES + " bytes",
                        "more",
                        "Look whether the right file was put there.");
            }
            return bytes;
        }
    }

    private static String text(String name, byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw notText(name);
        }
        if (text.indexOf('\0') >= 0) {
            throw notText(name);
        }
        if (text.endsWith("\n")) {
            text = text.substring(0, text.length() - 1);
            if (text.endsWith("\r")) {
                text = text.substring(0, text.length() - 1);
            }
        }
        if (text.isEmpty()) {
            throw empty("The secret file " + name);
        }
        return text;
    }

    private static SecretException empty(String what) {
        return refused(
                "secret.empty",
                what + " is empty.",
                "a secret",
                "nothing",
                "Write the secret there; empty is not one.");
    }

    private static SecretException notText(String name) {
        return refused(
                "secret.not-text",
                "The secret file " + name + " is not text.",
                "UTF-8 without NUL",
                "other bytes",
                "Store the secret as text.");
    }

    private static SecretException refused(String code, String message, String expected, String found, String hint) {
        return new SecretException(new Failure(code, message, expected, found, hint));
    }

    /** A name from outside, made harmless for a message: bounded, without control characters. */
    private static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return '"' + (plain.length() > 80 ? plain.substring(0, 80) + "..." : plain) + '"';
    }
}
