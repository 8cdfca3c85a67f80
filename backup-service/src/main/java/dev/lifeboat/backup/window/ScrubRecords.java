package dev.lifeboat.backup.window;

import dev.lifeboat.platform.store.ObjectInfo;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What reading WAL back came to, in rows: of the newest objects that were read, and of all that are damaged. */
@ApplicationScoped
class ScrubRecords {
    private static final int REMEMBERED = 10_000;

    /** Which repository, and under which key. */
    record ObjectKey(String repository, String key) {}

    /** What was read, in which version. */
    record Read(String etag, Verdict verdict) {
        boolean isOf(ObjectInfo object) {
            return etag.equals(object.etag());
        }
    }

    /** What reading came to. */
    enum Verdict {
        WHOLE,
        DAMAGED,
        NOT_CHECKABLE;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Verdict of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /** The damaged ones of a cluster. */
    Map<ObjectKey, Read> damaged(Handle transaction, UUID clusterId) {
        return read(transaction, clusterId, " and verdict = 'damaged'");
    }

    /** All that are remembered of a cluster. */
    Map<ObjectKey, Read> all(Handle transaction, UUID clusterId) {
        return read(transaction, clusterId, "");
    }

    private static Map<ObjectKey, Read> read(Handle transaction, UUID clusterId, String which) {
        Map<ObjectKey, Read> read = new HashMap<>();
        transaction
                .createQuery("select repository, key, etag, verdict from wal_scrub where cluster_id = :cluster" + which)
                .bind("cluster", clusterId)
                .map((row, context) -> Map.entry(
                        new ObjectKey(row.getString("repository"), row.getString("key")),
                        new Read(row.getString("etag"), Verdict.of(row.getString("verdict")))))
                .forEach(entry -> read.put(entry.getKey(), entry.getValue()));
        return read;
    }

    /** Writes down what was read now, and forgets the oldest that were whole. */
    void add(Handle transaction, UUID clusterId, Map<ObjectKey, Read> now, Instant at) {
        now.forEach((object, read) -> transaction
                .createUpdate(
                        """
                insert into wal_scrub (cluster_id, repository, key, etag, verdict, checked_at)
                values (:cluster, :repository, :key, :etag, :verdict, :at)
                on conflict (cluster_id, repository, key) do update set etag = excluded.etag,
                  verdict = excluded.verdict, checked_at = excluded.checked_at
                """)
                .bind("cluster", clusterId)
                .bind("repository", object.repository())
                .bind("key", object.key())
                .bind("etag", read.etag())
                .bind("verdict", read.verdict().text())
                .bind("at", at.atOffset(ZoneOffset.UTC))
                .execute());
        transaction
                .createUpdate(
                        """
                delete from wal_scrub where cluster_id = :cluster and verdict <> 'damaged' and checked_at < (
                  select min(checked_at) from (select checked_at from wal_scrub where cluster_id = :cluster
                    order by checked_at desc limit :remembered) as newest)
                """)
                .bind("cluster", clusterId)
                .bind("remembered", REMEMBERED)
                .execute();
    }
}
