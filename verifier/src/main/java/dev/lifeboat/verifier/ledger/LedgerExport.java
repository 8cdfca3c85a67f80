package dev.lifeboat.verifier.ledger;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jdbi.v3.core.Handle;

/**
 * Writes a ledger to files that {@link LedgerVerifier} takes: {@value #ENTRIES} (one envelope a line, the oldest first),
 * {@value #CHECKPOINT} and {@value #PUBLIC_KEY}. The checkpoint comes last, so a folder whose export broke off does not
 * verify against a newer one than it holds.
 */
public final class LedgerExport {

    /** File of the entries. */
    public static final String ENTRIES = "entries.jsonl";

    /** File of the checkpoint. */
    public static final String CHECKPOINT = "checkpoint.txt";

    /** File of the public key. */
    public static final String PUBLIC_KEY = "public-key.pem";

    private final Ledger ledger;

    /** Exports this ledger. */
    public LedgerExport(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Writes the ledger as it stands, in a transaction of the caller's.
     *
     * @throws IOException when the folder cannot be written
     */
    public Checkpoint write(Handle transaction, Path folder) throws IOException {
        Files.createDirectories(folder);
        Checkpoint head = ledger.head(transaction);
        Path draft = folder.resolve(ENTRIES + ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft))) {
            new LedgerStore(transaction).forEachEnvelope(1, head.size(), envelope -> line(out, envelope));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.move(draft, folder.resolve(ENTRIES), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        publish(folder.resolve(PUBLIC_KEY), ledger.verificationKey().pem());
        publish(folder.resolve(CHECKPOINT), ledger.sign(head));
        return head;
    }

    private static void line(OutputStream out, byte[] envelope) {
        try {
            out.write(envelope);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void publish(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(draft, text, StandardCharsets.UTF_8);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
