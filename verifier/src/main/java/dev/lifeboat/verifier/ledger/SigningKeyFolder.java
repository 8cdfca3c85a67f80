package dev.lifeboat.verifier.ledger;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The folder that keeps the ledger's key: {@value #PRIVATE} (PKCS#8 PEM, then the public half, mode 0600) and
 * {@value #PUBLIC} beside it, which may be handed to anybody. The key is made at the first start; of several instances that
 * start at once over one folder, all end up with the same key.
 */
public final class SigningKeyFolder {

    /** File of the private key. */
    public static final String PRIVATE = "ledger-key.pem";

    /** File of the public key. */
    public static final String PUBLIC = "ledger-public-key.pem";

    private static final Set<PosixFilePermission> FORBIDDEN = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path folder;

    /** A folder that may not exist yet. */
    public SigningKeyFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The key in the folder; made if there is none.
     *
     * @throws LedgerException with code {@code ledger.key-readable-by-others}, {@code ledger.key-unreadable},
     *     {@code ledger.public-key-missing} or {@code ledger.public-key-differs}
     */
    public SigningKey open() {
        Path file = folder.resolve(PRIVATE);
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            requirePrivate(file);
            SigningKey key = read(file);
            publish(key.verificationKey());
            return key;
        } catch (IOException e) {
            throw new LedgerException(
                    new Failure(
                            "ledger.key-unreadable",
                            "the ledger's signing key cannot be read or made",
                            "a readable and writable folder " + folder,
                            e.toString(),
                            "make the folder accessible to the user that runs the verifier"),
                    e);
        }
    }

    private void create(Path file) throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        SigningKey key = SigningKey.generate();
        String text =
                Pem.encode("PRIVATE KEY", key.pkcs8()) + key.verificationKey().pem();
        Path draft = folder.resolve("." + PRIVATE + "." + UUID.randomUUID());
        try {
            write(draft, text, "rw-------");
            // A link appears whole or not at all, and never over a key that another instance made first.
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            if (Files.notExists(file)) {
                throw e;
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
        if (found.stream().anyMatch(FORBIDDEN::contains)) {
            throw new LedgerException(new Failure(
                    "ledger.key-readable-by-others",
                    "the ledger's signing key is not private",
                    file + " with mode 0600",
                    PosixFilePermissions.toString(found),
                    "whoever could read it could sign evidence: if nobody did, chmod 600 " + file
                            + "; otherwise replace the key"));
        }
    }

    private SigningKey read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        byte[] pkcs8 =
                Pem.block(text, "PRIVATE KEY").orElseThrow(() -> unreadable(file, "no PEM block PRIVATE KEY", null));
        try {
            return SigningKey.of(pkcs8, publicHalf(file, text));
        } catch (GeneralSecurityException e) {
            throw unreadable(file, e.getMessage(), e);
        }
    }

    /** From the file of the private key, or, when somebody brought a bare key, from the public file beside it. */
    private VerificationKey publicHalf(Path file, String text) throws IOException, GeneralSecurityException {
        if (Pem.block(text, "PUBLIC KEY").isPresent()) {
            return VerificationKey.fromPem(text);
        }
        Optional<String> beside = readPublic();
        if (beside.isEmpty()) {
            throw new LedgerException(new Failure(
                    "ledger.public-key-missing",
                    "the ledger's signing key comes without its public half",
                    folder.resolve(PUBLIC).toString(),
                    "no such file",
                    "openssl pkey -in " + file + " -pubout -out " + folder.resolve(PUBLIC)));
        }
        return VerificationKey.fromPem(beside.get());
    }

    private void publish(VerificationKey key) throws IOException {
        Optional<String> beside = readPublic();
        if (beside.isEmpty()) {
            Path draft = folder.resolve("." + PUBLIC + "." + UUID.randomUUID());
            try {
                write(draft, key.pem(), "rw-r--r--");
                Files.move(draft, folder.resolve(PUBLIC), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
            return;
        }
        String found = keyIdOf(beside.get());
        if (!found.equals(key.keyId())) {
            throw new LedgerException(new Failure(
                    "ledger.public-key-differs",
                    "the public key beside the ledger's signing key is another one's",
                    key.keyId(),
                    found,
                    "find out who replaced " + folder.resolve(PUBLIC)
                            + "; when the private key is the right one, remove the file and start again"));
        }
    }

    private Optional<String> readPublic() throws IOException {
        Path file = folder.resolve(PUBLIC);
        return Files.exists(file) ? Optional.of(Files.readString(file, StandardCharsets.US_ASCII)) : Optional.empty();
    }

    private static String keyIdOf(String pem) {
        try {
            return VerificationKey.fromPem(pem).keyId();
        } catch (GeneralSecurityException e) {
            return e.getMessage();
        }
    }

    private static LedgerException unreadable(Path file, String found, Throwable cause) {
        return new LedgerException(
                new Failure(
                        "ledger.key-unreadable",
                        "the ledger's signing key cannot be used",
                        "an Ed25519 key as PKCS#8 PEM in " + file,
                        found,
                        "put the right file back; a ledger keeps the key that it began with"),
                cause);
    }

    private static void write(Path file, String text, String mode) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
