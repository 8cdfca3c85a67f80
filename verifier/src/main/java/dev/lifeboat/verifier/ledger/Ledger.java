package dev.lifeboat.verifier.ledger;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.verifier.ledger.merkle.ConsistencyProof;
import dev.lifeboat.verifier.ledger.merkle.InclusionProof;
import dev.lifeboat.verifier.ledger.merkle.MerkleTree;
import dev.lifeboat.verifier.ledger.merkle.RightEdge;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/**
 * The append-only record of every run. Its laws:
 *
 * <ul>
 *   <li>one run, one entry: what is appended again under the same key changes nothing and gives the first position;
 *   <li>sequences run from 1 without a gap, in commit order, whoever appends at the same time;
 *   <li>an entry and whatever the caller writes with it are committed together or not at all;
 *   <li>an entry is never changed or removed.
 * </ul>
 */
public final class Ledger {

    private final String origin;
    private final SigningKey key;
    private final Clock clock;

    /**
     * The ledger of one instance.
     *
     * @param instance names the ledger {@code lifeboat/<instance>}; never changes
     */
    public Ledger(String instance, SigningKey key, Clock clock) {
        this.origin = Checkpoint.origin(instance);
        this.key = key;
        this.clock = clock;
    }

    /**
     * Records a run in the caller's transaction. Holds the head's row from here to the end of the transaction, so it comes
     * last in it.
     *
     * @param runKey the same for the same run, whoever tells of it, e.g. {@code drill/<recoveryId>}
     * @throws LedgerException with code {@code ledger.no-transaction}, {@code ledger.other-key} or
     *     {@code ledger.other-origin}
     */
    public LedgerPosition append(Handle transaction, String runKey, RunStatement run) {
        if (runKey.isBlank()) {
            throw new IllegalArgumentException("a run has a key");
        }
        requireTransaction(transaction);
        LedgerStore store = new LedgerStore(transaction);
        LedgerStore.Head head = store.lockHead();
        // Only under the lock: whoever held it before may have recorded this run.
        Optional<LedgerPosition> existing = store.position(runKey);
        if (existing.isPresent()) {
            return existing.get();
        }
        requireSame(head);
        LedgerEntry entry = sign(head, runKey, run);
        RightEdge.Grown grown = head.edge().append(entry.envelope().leafHash());
        store.insert(entry);
        store.insertSubtrees(grown.completed());
        store.moveHead(
                new LedgerStore.Head(
                        grown.edge(),
                        entry.envelope().digest(),
                        Optional.of(origin),
                        Optional.of(key.verificationKey().keyId())),
                entry.appendedAt());
        return entry.position();
    }

    private LedgerEntry sign(LedgerStore.Head head, String runKey, RunStatement run) {
        long sequence = head.edge().size() + 1;
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Envelope envelope = new EntrySigner(origin, key).sign(sequence, head.lastDigest(), runKey, now, run);
        return new LedgerEntry(sequence, runKey, envelope, head.lastDigest(), now);
    }

    /** The entry at this sequence. */
    public Optional<LedgerEntry> entry(Handle handle, long sequence) {
        return new LedgerStore(handle).entry(sequence);
    }

    /** Where the run with this key is recorded. */
    public Optional<LedgerPosition> position(Handle handle, String runKey) {
        return new LedgerStore(handle).position(runKey);
    }

    /** Envelopes from this sequence on as they are kept, at most so many. */
    public List<byte[]> envelopes(Handle handle, long from, int most) {
        List<byte[]> envelopes = new ArrayList<>();
        new LedgerStore(handle).forEachEnvelope(from, from + most - 1, envelopes::add);
        return envelopes;
    }

    /** The ledger as it stands. */
    public Checkpoint head(Handle handle) {
        RightEdge edge = new LedgerStore(handle).head().edge();
        return new Checkpoint(origin, edge.size(), edge.root());
    }

    /** The ledger as it stands, as a signed note. */
    public String checkpoint(Handle handle) {
        return sign(head(handle));
    }

    /** A checkpoint of this ledger as a signed note. */
    public String sign(Checkpoint checkpoint) {
        return checkpoint.sign(key);
    }

    /** The key to verify with. */
    public VerificationKey verificationKey() {
        return key.verificationKey();
    }

    /** Proof that an entry is in the ledger as it was at {@code size} entries. */
    public InclusionProof inclusion(Handle handle, long sequence, long size) {
        return tree(handle).inclusion(sequence - 1, size);
    }

    /** Proof that the ledger of {@code newSize} entries begins with the one of {@code oldSize}. */
    public ConsistencyProof consistency(Handle handle, long oldSize, long newSize) {
        return tree(handle).consistency(oldSize, newSize);
    }

    /**
     * Refuses a ledger that is not the continuation of a checkpoint that was published before: one that was restored to an
     * earlier state and goes on from there would fork its own history.
     *
     * @throws LedgerException with code {@code ledger.behind-checkpoint}, {@code ledger.forked} or
     *     {@code ledger.other-origin}
     */
    public void requireContinues(Handle handle, Checkpoint published) {
        Checkpoint head = head(handle);
        if (!published.origin().equals(origin)) {
            throw new LedgerException(new Failure(
                    "ledger.other-origin",
                    "the checkpoint is another ledger's",
                    origin,
                    published.origin(),
                    "point this instance to its own exports"));
        }
        if (head.size() < published.size()) {
            throw new LedgerException(new Failure(
                    "ledger.behind-checkpoint",
                    "the ledger is behind a checkpoint that it has published",
                    "at least " + published.size() + " entries",
                    head.size() + " entries",
                    "nothing may be appended: bring the missing entries back from the export first"));
        }
        Sha256 then = tree(handle).root(published.size());
        if (!then.equals(published.root())) {
            throw new LedgerException(new Failure(
                    "ledger.forked",
                    "the ledger is not the one that it has published a checkpoint of",
                    "root " + published.root() + " at " + published.size() + " entries",
                    "root " + then,
                    "nothing may be appended: compare the entries with the export and find out which were replaced"));
        }
    }

    private static MerkleTree tree(Handle handle) {
        return new MerkleTree(new LedgerStore(handle)::subtree);
    }

    private static void requireTransaction(Handle handle) {
        // Asked of the connection: whether Jdbi or a container began the transaction is all the same.
        boolean inTransaction;
        try {
            inTransaction = !handle.getConnection().getAutoCommit();
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
        if (!inTransaction) {
            throw new LedgerException(new Failure(
                    "ledger.no-transaction",
                    "an entry is appended within a transaction",
                    "a transaction of the caller's",
                    "none",
                    "call it inside inTransaction"));
        }
    }

    private void requireSame(LedgerStore.Head head) {
        head.origin().filter(found -> !found.equals(origin)).ifPresent(found -> {
            throw new LedgerException(new Failure(
                    "ledger.other-origin",
                    "the ledger in this database has another name",
                    origin,
                    found,
                    "give this instance the name back that the ledger began with"));
        });
        String keyId = key.verificationKey().keyId();
        head.keyId().filter(found -> !found.equals(keyId)).ifPresent(found -> {
            throw new LedgerException(new Failure(
                    "ledger.other-key",
                    "the ledger in this database is signed by another key",
                    "key " + found,
                    "key " + keyId,
                    "give this instance the key that the ledger began with; all instances share one"));
        });
    }
}
