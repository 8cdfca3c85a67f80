package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.merkle.RightEdge;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/** The ledger's tables, within a transaction of the caller's. Says nothing about what an entry means. */
final class LedgerStore {

    private static final String ENTRY = "select sequence, run_key, envelope, prev_hash, appended_at from ledger_entry ";
    private static final int FETCH_SIZE = 500;

    private final Handle handle;

    LedgerStore(Handle handle) {
        this.handle = handle;
    }

    /**
     * The head of the ledger.
     *
     * @param origin absent before the first entry
     * @param keyId of the key that signs; absent before the first entry
     */
    record Head(RightEdge edge, Sha256 lastDigest, Optional<String> origin, Optional<String> keyId) {}

    Head lockHead() {
        return head("for update");
    }

    Head head() {
        return head("");
    }

    private Head head(String lock) {
        return handle.createQuery("select sequence, right_edge, last_digest, origin, key_id from ledger_head " + lock)
                .map((row, context) -> new Head(
                        RightEdge.of(row.getLong("sequence"), row.getBytes("right_edge")),
                        Sha256.ofDigest(row.getBytes("last_digest")),
                        Optional.ofNullable(row.getString("origin")),
                        Optional.ofNullable(row.getString("key_id"))))
                .one();
    }

    Optional<LedgerPosition> position(String runKey) {
        return handle.createQuery("select sequence, entry_digest from ledger_entry where run_key = :runKey")
                .bind("runKey", runKey)
                .map((row, context) -> new LedgerPosition(
                        row.getLong("sequence"),
                        Sha256.ofDigest(row.getBytes("entry_digest")).hex()))
                .findOne();
    }

    Optional<LedgerEntry> entry(long sequence) {
        return handle.createQuery(ENTRY + "where sequence = :sequence")
                .bind("sequence", sequence)
                .map(LedgerStore::entry)
                .findOne();
    }

    /** Envelopes in order as they are kept, damaged or not, read as they are needed: a ledger does not fit into memory. */
    void forEachEnvelope(long from, long to, Consumer<byte[]> consumer) {
        try (Query query = handle.createQuery(
                                "select envelope from ledger_entry where sequence between :from and :to order by sequence")
                        .bind("from", from)
                        .bind("to", to)
                        .setFetchSize(FETCH_SIZE);
                ResultIterator<byte[]> envelopes =
                        query.map((row, context) -> row.getBytes("envelope")).iterator()) {
            envelopes.forEachRemaining(consumer);
        }
    }

    void insert(LedgerEntry entry) {
        handle.createUpdate(
                        """
                        insert into ledger_entry
                            (sequence, run_key, envelope, entry_digest, leaf_hash, prev_hash, appended_at)
                        values (:sequence, :runKey, :envelope, :digest, :leaf, :prev, :appendedAt)""")
                .bind("sequence", entry.sequence())
                .bind("runKey", entry.runKey())
                .bind("envelope", entry.envelope().bytes())
                .bind("digest", entry.envelope().digest().bytes())
                .bind("leaf", entry.envelope().leafHash().bytes())
                .bind("prev", entry.prevHash().bytes())
                .bind("appendedAt", utc(entry.appendedAt()))
                .execute();
    }

    void insertSubtrees(List<RightEdge.Subtree> subtrees) {
        if (subtrees.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch("insert into ledger_node (level, index, hash) values (:level, :index, :hash)");
        for (RightEdge.Subtree subtree : subtrees) {
            batch.bind("level", subtree.level())
                    .bind("index", subtree.index())
                    .bind("hash", subtree.hash().bytes())
                    .add();
        }
        batch.execute();
    }

    void moveHead(Head head, Instant at) {
        handle.createUpdate(
                        """
                        update ledger_head
                           set sequence = :sequence, root = :root, right_edge = :edge, last_digest = :last,
                               origin = :origin, key_id = :keyId, updated_at = :at""")
                .bind("sequence", head.edge().size())
                .bind("root", head.edge().root().bytes())
                .bind("edge", head.edge().bytes())
                .bind("last", head.lastDigest().bytes())
                .bind("origin", head.origin().orElseThrow())
                .bind("keyId", head.keyId().orElseThrow())
                .bind("at", utc(at))
                .execute();
    }

    /** Hash of a complete subtree; level 0 is the entries themselves. */
    Sha256 subtree(int level, long index) {
        String sql = level == 0
                ? "select leaf_hash from ledger_entry where sequence = :index + 1 and :level = 0"
                : "select hash from ledger_node where level = :level and index = :index";
        return handle.createQuery(sql)
                .bind("level", level)
                .bind("index", index)
                .map((row, context) -> Sha256.ofDigest(row.getBytes(1)))
                .one();
    }

    private static LedgerEntry entry(ResultSet row, StatementContext context) throws SQLException {
        return new LedgerEntry(
                row.getLong("sequence"),
                row.getString("run_key"),
                Envelope.parse(row.getBytes("envelope")),
                Sha256.ofDigest(row.getBytes("prev_hash")),
                row.getObject("appended_at", OffsetDateTime.class).toInstant());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
