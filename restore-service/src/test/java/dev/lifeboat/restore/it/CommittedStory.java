package dev.lifeboat.restore.it;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * A source whose commits lie at known places after one backup: rows 1 to 5 of {@code t}, each committed by itself. Between
 * those of 3 and 4 lie a whole second and the restore point {@link #BEFORE_FOUR}.
 *
 * @param afterOne a moment between the commits of 1 and 2
 * @param two the transaction that wrote 2
 * @param afterTwo a position behind the commit of 2 and before that of 3
 * @param marked markers between the commit of 1 and {@code afterOne}, and between that and the commit of 2
 */
record CommittedStory(
        String cluster,
        PgBackRestShop source,
        BackupCompleted backup,
        Instant afterOne,
        String two,
        String afterTwo,
        List<Marker> marked) {
    static final String BEFORE_FOUR = "before 'four'";

    private static CommittedStory shared;

    /** One for all who change nothing of it. */
    static CommittedStory shared(Events events) throws Exception {
        if (shared == null) {
            shared = tell(events, Shop.shared(), "pitr-" + Long.toHexString(System.nanoTime()));
        }
        return shared;
    }

    static CommittedStory tell(Events events, Shop shop, String cluster) throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        PgBackRestShop source = PgBackRestShop.start(shop, cluster, clusterId);
        Path space = LocalParts.shared().newFolder("space");
        ServerUser.current().own(space, "rwx------");
        source.server()
                .execute(
                        "postgres",
                        "create tablespace space location '" + space + "'",
                        "create table spacious (id int primary key) tablespace space",
                        "insert into spacious select generate_series(1, 100)");
        source.archived("create table t (id int primary key, at timestamptz not null default clock_timestamp())");
        MarkedRing ring = MarkedRing.on(source);
        BackupCompleted backup = source.backup(events, shop, "full");
        awaitClock(source, backup.completedAt().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
        insert(source, 1);
        Marker before = ring.write(0);
        Instant afterOne = now(source);
        Marker after = ring.write(1);
        String two = source.text("insert into t values (2) returning pg_current_xact_id()::text");
        String afterTwo = source.text("select pg_current_wal_insert_lsn()::text");
        insert(source, 3);
        awaitClock(source, now(source).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
        source.text("select pg_create_restore_point('" + BEFORE_FOUR.replace("'", "''") + "')");
        insert(source, 4);
        source.archived("insert into t values (5)");
        return new CommittedStory(cluster, source, backup, afterOne, two, afterTwo, List.of(before, after));
    }

    /** The rows that a copy has. */
    static String rows(Connection copy) throws SQLException {
        try (ResultSet row = copy.createStatement()
                .executeQuery("select coalesce(string_agg(id::text, ' ' order by id), '') from t")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void insert(PgBackRestShop source, int id) throws SQLException {
        source.server().execute("postgres", "insert into t values (" + id + ")");
    }

    private static Instant now(PgBackRestShop source) throws SQLException {
        return OffsetDateTime.parse(source.text(
                        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))
                .toInstant();
    }

    static void awaitClock(PgBackRestShop source, Instant moment) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> now(source).isAfter(moment));
    }
}
