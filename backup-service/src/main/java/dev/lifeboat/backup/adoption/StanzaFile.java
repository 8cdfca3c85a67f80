package dev.lifeboat.backup.adoption;

import dev.lifeboat.backup.window.PgBackRestCipher;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Reads a stanza's list of sets, encrypted or not, as the repository is declared. */
final class StanzaFile {
    private static final byte[] ENCRYPTED = "Salted__".getBytes(StandardCharsets.US_ASCII);

    private StanzaFile() {}

    /**
     * The list.
     *
     * @throws Problem 422 {@code adoption.stanza-missing}, {@code adoption.encryption-differs},
     *     {@code adoption.stanza-unreadable}
     */
    static BackupInfo read(ObjectStore store, AdoptionWish wish, Optional<Secret> passphrase) {
        byte[] file = bytes(store, wish.backupInfo())
                .or(() -> bytes(store, wish.backupInfo() + ".copy"))
                .orElseThrow(
                        () -> refused(
                                "adoption.stanza-missing",
                                "There is no such stanza in the repository.",
                                wish.backupInfo(),
                                "no such object",
                                "path is pgBackRest's repo-path without the repository's prefix; stanza is its section's name."));
        boolean encrypted =
                file.length > ENCRYPTED.length && Arrays.equals(ENCRYPTED, Arrays.copyOf(file, ENCRYPTED.length));
        if (encrypted != passphrase.isPresent()) {
            throw refused(
                    "adoption.encryption-differs",
                    "The stanza is encrypted and the repository is declared without a passphrase, or the other way round.",
                    passphrase.isPresent() ? "an encrypted stanza" : "a stanza in clear",
                    encrypted ? "an encrypted one" : "one in clear",
                    "Declare a repository of the same bucket with the stanza's encryption, and name it in the cluster.");
        }
        try {
            return BackupInfo.parse(passphrase.isPresent() ? decrypted(file, passphrase.get()) : file);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw refused(
                    "adoption.stanza-unreadable",
                    "The stanza's list of backups cannot be read.",
                    "backup.info as pgBackRest writes it"
                            + (encrypted ? ", encrypted with the repository's passphrase" : ""),
                    wish.backupInfo() + ": " + unreadable.getMessage(),
                    encrypted
                            ? "Is it the stanza's passphrase (repo-cipher-pass) that the repository is declared with?"
                            : "See whether pgbackrest info reads it.");
        }
    }

    private static byte[] decrypted(byte[] file, Secret passphrase) throws IOException {
        try (InputStream clear = PgBackRestCipher.decrypt(new ByteArrayInputStream(file), passphrase)) {
            return clear.readAllBytes();
        }
    }

    private static Optional<byte[]> bytes(ObjectStore store, String key) {
        try (InputStream in = store.get(key, Optional.empty())) {
            return Optional.of(in.readAllBytes());
        } catch (StoreException e) {
            if (e.fault().code().equals("store.not-found")) {
                return Optional.empty();
            }
            throw Problem.of(e.fault().retryable() ? 503 : 422, e.fault().failure());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Problem refused(String code, String message, String expected, String found, String hint) {
        return Problem.of(422, new Failure(code, message, expected, found, hint));
    }
}
