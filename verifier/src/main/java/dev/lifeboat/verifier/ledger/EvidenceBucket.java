package dev.lifeboat.verifier.ledger;

import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ledger as it is published in an object store. Keys below {@code evidence/<instance>/}:
 *
 * <pre>
 * entries/&lt;sequence of the first, 20 digits&gt;.jsonl   envelopes, one a line
 * checkpoints/&lt;size, 20 digits&gt;.txt                 a signed note of that size
 * public-key.pem
 * </pre>
 *
 * Nothing is ever written over: each object is put on the condition that there is none. So two ledgers that share a key and
 * went different ways cannot both be published, and the second one is noticed.
 */
public final class EvidenceBucket {
    private static final String EXISTS = "store.precondition-failed";

    private final ObjectStore store;
    private final String root;

    /**
     * The evidence of one instance.
     *
     * @param instance as the ledger is named
     */
    public EvidenceBucket(ObjectStore store, String instance) {
        this.store = store;
        this.root = "evidence/" + instance + "/";
    }

    /**
     * The newest checkpoint that was published, whoever signed it may have been somebody else.
     *
     * @throws LedgerException if it is not signed by the key
     * @throws StoreException if the store does not answer
     */
    public Optional<Checkpoint> newest(VerificationKey key) {
        Optional<String> last;
        try (Stream<ObjectInfo> listed = store.list(root + "checkpoints/", Optional.empty())) {
            last = listed.map(ObjectInfo::key).reduce((earlier, later) -> later);
        }
        return last.map(found -> Checkpoint.open(new String(read(found), StandardCharsets.UTF_8), key));
    }

    /**
     * Publishes entries that follow each other.
     *
     * @param first sequence of the first
     * @return how many of them are published now: fewer than given, if an earlier attempt had come so far
     * @throws LedgerException with code {@code ledger.forked} if others are published in their place
     */
    public int publishEntries(long first, List<byte[]> envelopes) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] envelope : envelopes) {
            lines.writeBytes(envelope);
            lines.write('\n');
        }
        String key = root + "entries/" + number(first) + ".jsonl";
        byte[] ours = lines.toByteArray();
        Optional<byte[]> theirs = putOrRead(key, ours);
        if (theirs.isEmpty()) {
            return envelopes.size();
        }
        byte[] published = theirs.get();
        // An attempt that died before it was noted: the same entries, perhaps fewer of them.
        int shorter = Math.min(published.length, ours.length);
        boolean begin = published.length > 0
                && published[published.length - 1] == '\n'
                && Arrays.equals(published, 0, shorter, ours, 0, shorter)
                && ours[shorter - 1] == '\n';
        if (!begin) {
            throw forked(key);
        }
        int count = 0;
        for (int at = 0; at < shorter; at++) {
            count += ours[at] == '\n' ? 1 : 0;
        }
        return count;
    }

    /**
     * Publishes the ledger's head, after its entries.
     *
     * @throws LedgerException with code {@code ledger.forked} if another head of that size is published
     */
    public void publishCheckpoint(Checkpoint checkpoint, String note, VerificationKey key) {
        same(root + "public-key.pem", key.pem().getBytes(StandardCharsets.UTF_8));
        same(root + "checkpoints/" + number(checkpoint.size()) + ".txt", note.getBytes(StandardCharsets.UTF_8));
    }

    private void same(String key, byte[] bytes) {
        putOrRead(key, bytes).filter(theirs -> !Arrays.equals(theirs, bytes)).ifPresent(theirs -> {
            throw forked(key);
        });
    }

    /** Empty if it was put; what is there already, otherwise. */
    private Optional<byte[]> putOrRead(String key, byte[] bytes) {
        try {
            store.put(key, bytes, PutCondition.IF_ABSENT, Map.of());
            return Optional.empty();
        } catch (StoreException e) {
            if (!EXISTS.equals(e.fault().code())) {
                throw e;
            }
            return Optional.of(read(key));
        }
    }

    private byte[] read(String key) {
        try (InputStream in = store.get(key, Optional.empty())) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LedgerException forked(String key) {
        return new LedgerException(new Failure(
                "ledger.forked",
                "the ledger is not the one that was published under its name",
                "what this ledger holds, or nothing, as " + key,
                "something else",
                "nothing may be appended: compare the entries with the export and find out which were replaced"));
    }

    private static String number(long number) {
        return String.format(java.util.Locale.ROOT, "%020d", number);
    }
}
