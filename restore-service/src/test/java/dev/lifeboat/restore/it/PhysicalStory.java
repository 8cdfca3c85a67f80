package dev.lifeboat.restore.it;

import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * A physical backup of a source that was promoted after it: rows 1 and 2 of {@code t} lie on the first timeline, 3 to 5 on the
 * second, 5 in the open segment. Before 4 lies the restore point {@link #BEFORE_FOUR}.
 *
 * @param afterOne a moment between the commits of 1 and 2
 * @param two the transaction that wrote 2
 * @param afterTwo a position behind the commit of 2 and before that of 3
 * @param written for each row the moments before and after its commit
 */
record PhysicalStory(
        String cluster,
        PhysicalShop source,
        BackupCompleted backup,
        Instant afterOne,
        String two,
        String afterTwo,
        Map<String, List<Instant>> written) {
    static final String BEFORE_FOUR = "before four";

    private static PhysicalStory shared;

    /** One for all who change nothing of it. */
    static synchronized PhysicalStory shared(Events events) throws Exception {
        if (shared == null) {
            shared = tell(events, Shop.shared());
        }
        return shared;
    }

    private static PhysicalStory tell(Events events, Shop shop) throws Exception {
        String cluster = "phpitr-" + Long.toHexString(System.nanoTime());
        UUID clusterId = shop.declare(events, cluster, List.of());
        PhysicalShop source = PhysicalShop.start();
        source.inASegment("create table t (id int primary key)");
        source.copyFiles();
        BackupCompleted backup = source.store(events, shop, cluster, clusterId);
        Instant consistent =
                backup.completedAt().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> now(source).isAfter(consistent));
        Map<String, List<Instant>> written = new LinkedHashMap<>();
        insert(source, written, "1");
        Instant afterOne = now(source);
        String two = insert(source, written, "2");
        String afterTwo = source.text("select pg_current_wal_insert_lsn()::text");
        source.branchOff();
        insert(source, written, "3");
        source.text("select pg_switch_wal()");
        source.text("select pg_create_restore_point('" + BEFORE_FOUR + "')");
        insert(source, written, "4");
        insert(source, written, "5");
        source.storeWal(shop, cluster, clusterId);
        return new PhysicalStory(cluster, source, backup, afterOne, two, afterTwo, written);
    }

    /** Rows that must be there at a moment. */
    List<String> committedBefore(Instant moment) {
        return written.entrySet().stream()
                .filter(row -> row.getValue().getLast().isBefore(moment))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Rows that must not. */
    List<String> begunAfter(Instant moment) {
        return written.entrySet().stream()
                .filter(row -> row.getValue().getFirst().isAfter(moment))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String insert(PhysicalShop source, Map<String, List<Instant>> written, String id) throws Exception {
        Instant before = now(source);
        String xid = source.text("insert into t values (" + id + ") returning pg_current_xact_id()::text");
        written.put(id, List.of(before, now(source)));
        return xid;
    }

    private static Instant now(PhysicalShop source) throws Exception {
        return OffsetDateTime.parse(source.text(
                        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))
                .toInstant();
    }
}
