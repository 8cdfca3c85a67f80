package dev.lifeboat.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.backup.replication.ReplicationFaults;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalObject;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WAL of a real server in a real store: the same bytes, soon, with few requests, and known by its commits. */
@Timeout(90)
class WalReceiverIT {
    private static Server server;

    @BeforeAll
    static void aServer() throws Exception {
        server = Server.primary("received", WalStage.keeping());
        server.sql("create table t (id int, text text)");
    }

    @AfterAll
    static void end() {
        server.cluster().kill();
    }

    @Test
    void underLoadTheStoreHoldsTheServersBytes() throws Exception {
        try (WalStage stage = new WalStage("load");
                WalStage.Run run = stage.start(stage.segments(server))) {
            fill(2);
            server.sql("select pg_create_restore_point('a point')", "insert into t values (1, 'last')");
            Lsn flushed = server.flushed();
            stage.awaitStored(1, flushed);

            assertThat(stage.requireEqual(server, 1, flushed)).isGreaterThan(WalStage.SEGMENT);
            assertThat(run.points()).extracting(RestorePoint::name).contains("a point");
            assertThat(run.told()).doesNotHaveDuplicates().noneMatch(one -> one.startsWith("unreadable"));
            await().atMost(Duration.ofMinutes(1)).until(() -> !confirmed().isBefore(flushed));

            WalOutcome.Stopped stopped = run.stop();
            assertThat(stopped.stored().orElseThrow().lsn()).isGreaterThanOrEqualTo(flushed);
            try (var left = Files.list(stage.spool())) {
                assertThat(left).isEmpty();
            }
            known(stage);
        } finally {
            dropSlot(server);
        }
    }

    // The metadata alone tell when the last commit was, and any zstd reads the objects.
    private static void known(WalStage stage) throws Exception {
        List<ObjectInfo> infos = stage.objects()
                .list(stage.cluster(), Optional.empty())
                .map(info -> stage.objects().head(info.key()).orElseThrow())
                .toList();
        Map<String, String> last = infos.getLast().metadata();
        assertThat(Lsn.parse(last.get(WalFacts.LAST_COMMIT_LSN))).isLessThanOrEqualTo(stage.storedEnd(1));
        assertThat(Duration.between(Instant.parse(last.get(WalFacts.LAST_COMMIT_TIME)), Instant.now()))
                .isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(last).containsKeys(ObjectInfo.SHA256, WalFacts.WAL_SHA256, WalFacts.SYSTEM);
        String key = stage.wal().keys().of(stage.listed(1).getFirst());
        Process zstd = new ProcessBuilder("zstd", "-dc").start();
        try (var in = stage.objects().get(key, Optional.empty());
                var to = zstd.getOutputStream()) {
            Thread.ofVirtual().start(() -> {
                try (in;
                        to) {
                    in.transferTo(to);
                } catch (java.io.IOException e) {
                    zstd.destroy();
                }
            });
            byte[] plain = zstd.getInputStream().readAllBytes();
            assertThat(zstd.waitFor()).isZero();
            assertThat(plain).hasSize((int) WalStage.SEGMENT);
        }
    }

    @Test
    void aTrickleIsStoredWithinTheLagByFewRequests() throws Exception {
        try (WalStage stage = new WalStage("trickle");
                WalStage.Run run = stage.start(with(stage.segments(server), Duration.ofSeconds(1)))) {
            server.sql("insert into t values (0, 'first')");
            stage.awaitStored(1, server.flushed());
            int before = run.written().size();
            long begun = System.nanoTime();
            for (int i = 0; i < 14; i++) {
                server.sql("insert into t values (" + i + ", 'trickle')");
                await().atMost(Duration.ofMinutes(1))
                        .pollDelay(Duration.ofMillis(250))
                        .until(() -> true);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            int pieces = run.written().size() - before;
            // How old the newest byte gets is measured, by bin/bench --only=wal.
            assertThat(pieces).isBetween(2, (int) (seconds / 0.85) + 1);

            stage.awaitStored(1, server.flushed());
            int idle = run.written().size();
            await().atMost(Duration.ofMinutes(1))
                    .pollDelay(Duration.ofMillis(1500))
                    .until(() -> true);
            assertThat(run.written()).hasSize(idle);
        } finally {
            dropSlot(server);
        }
    }

    @Test
    void piecesAreCompactedAndGoWithTheirSegment() throws Exception {
        try (WalStage stage = new WalStage("pieces")) {
            WalReceiverSettings quick = with(stage.segments(server), Duration.ofMillis(20));
            try (WalStage.Run run = stage.start(quick)) {
                server.sql("select pg_switch_wal()");
                int most = 0;
                for (int i = 0; i < Shipping.MOST_PIECES + 20; i++) {
                    int before = run.written().size();
                    server.sql("insert into t values (" + i + ", 'piece')");
                    await().atMost(Duration.ofMinutes(1))
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> run.written().size() > before);
                    if (i % 9 == 0) {
                        most = Math.max(most, (int) stage.listed(1).stream()
                                .filter(WalObject.Piece.class::isInstance)
                                .count());
                    }
                }
                assertThat(most).isLessThanOrEqualTo(Shipping.MOST_PIECES);
                assertThat(run.told()).anyMatch(one -> one.startsWith("removed " + (Shipping.MOST_PIECES - 1)));
                Lsn flushed = server.flushed();
                stage.requireEqual(server, 1, flushed);

                server.sql("select pg_switch_wal()", "insert into t values (1, 'next segment')");
                stage.awaitStored(1, server.flushed());
                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(stage.listed(1).stream()
                                .filter(object -> object instanceof WalObject.Piece piece
                                        && piece.segment()
                                                .start()
                                                .isBefore(new Lsn(flushed.value() & -WalStage.SEGMENT)
                                                        .plus(WalStage.SEGMENT))))
                        .isEmpty());
            }
        } finally {
            dropSlot(server);
        }
    }

    @Test
    void commitsWaitForTheDiskOfASynchronousReceiverAndNotForTheStore() throws Exception {
        Server primary = Server.primary("synchronous", WalStage.keeping("synchronous_commit", "on"));
        try (WalStage stage = new WalStage("synchronous")) {
            WalReceiverSettings slow = with(
                    stage.settings(primary.target(), Durability.SYNCHRONOUS, "lifeboat_sync"), Duration.ofMinutes(1));
            try (WalStage.Run run = stage.start(slow)) {
                primary.sql("alter system set synchronous_standby_names = 'lifeboat_sync'", "select pg_reload_conf()");
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> primary.ask("select sync_state from pg_stat_replication")
                                .equals("sync"));
                primary.sql("create table s (id int)");
                for (int i = 0; i < 50; i++) {
                    primary.sql("insert into s values (" + i + ")");
                }
                assertThat(stage.listed(1)).isEmpty();
                // What only the receiver's disk has, the primary keeps: its own slot moves on, the one that holds does
                // not.
                assertThat(primary.ask("select (select restart_lsn from pg_replication_slots where slot_name = '"
                                + slow.holdSlot()
                                + "') < (select restart_lsn from pg_replication_slots where slot_name = '"
                                + slow.slot() + "')"))
                        .isEqualTo("t");
                Lsn acknowledged = Lsn.parse(primary.ask("select flush_lsn from pg_stat_replication"));

                // The primary is lost, and the receiver's next run cannot reach it: what was acknowledged is stored.
                primary.cluster().kill();
                assertThat(run.failed().retryable()).isTrue();
                assertThat(stage.storedEnd(1)).isGreaterThanOrEqualTo(acknowledged);
            }
            assertThat(stage.start(slow).failed().failure().code()).isEqualTo("postgres.unreachable");
        }
    }

    @Test
    void theHoldFollowsWhatIsStored() throws Exception {
        try (WalStage stage = new WalStage("held")) {
            WalReceiverSettings settings = stage.settings(server.target(), Durability.SYNCHRONOUS, "held");
            try (WalStage.Run run = stage.start(with(settings, Duration.ofMillis(100)))) {
                load(server, 1);
                Lsn flushed = server.flushed();
                stage.awaitStored(1, flushed);
                await().atMost(Duration.ofMinutes(1)).until(() -> server.ask("select restart_lsn >= '" + flushed
                                + "' from pg_replication_slots where slot_name = '" + settings.holdSlot() + "'")
                        .equals("t"));
                assertThat(run.running()).isTrue();
            }
            server.sql("select pg_drop_replication_slot('" + settings.holdSlot() + "')");
        } finally {
            dropSlot(server);
        }
    }

    @Test
    void aReceiverThatWouldMakeCommitsWaitForTheStoreRefuses() throws Exception {
        Server primary = Server.primary(
                "waiting", WalStage.keeping("synchronous_standby_names", "*", "synchronous_commit", "local"));
        try (WalStage stage = new WalStage("waiting")) {
            WalOutcome.Failed failed = stage.start(stage.segments(primary)).failed();
            assertThat(failed.failure().code()).isEqualTo(WalException.WOULD_DELAY_COMMITS);
            assertThat(failed.retryable()).isFalse();
        } finally {
            primary.cluster().kill();
        }
    }

    @Test
    void ofTwoThatRaceForASlotOneGetsItAndWithASlotEachTheyWriteTheSame() throws Exception {
        try (WalStage stage = new WalStage("race");
                WalStage.Run one = stage.start(with(stage.segments(server), Duration.ofMillis(300)))) {
            server.sql("insert into t values (1, 'raced for')");
            stage.awaitStored(1, server.flushed());

            WalOutcome.Failed refused = stage.start(stage.segments(server)).failed();

            assertThat(refused.failure().code()).isEqualTo(ReplicationFaults.SLOT_ACTIVE);
            assertThat(refused.retryable()).isTrue();
            assertThat(one.running()).isTrue();

            // As after a lease was lost unnoticed: the store takes each object once.
            try (WalStage other = stage.beside();
                    WalStage.Run two = other.start(other.settings(server, "lifeboat_stage_two"))) {
                fill(2);
                Lsn flushed = server.flushed();
                stage.awaitStored(1, flushed);
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> two.last() != null && !two.last().stored().isBefore(flushed));
                stage.requireEqual(server, 1, flushed);
                assertThat(one.running()).isTrue();
                assertThat(two.running()).isTrue();
                List<WalObject> written = new java.util.ArrayList<>(one.written());
                written.addAll(two.written());
                assertThat(written)
                        .filteredOn(WalObject.Sealed.class::isInstance)
                        .doesNotHaveDuplicates();
            }
        } finally {
            dropSlot(server);
            await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> {
                server.sql("select pg_drop_replication_slot('lifeboat_stage_two')");
                return true;
            });
        }
    }

    @Test
    void aClockThatJumpsHoldsNothingUp() throws Exception {
        AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);
        try (WalStage stage = new WalStage("clock");
                WalStage.Run run = stage.start(with(stage.segments(server), Duration.ofMillis(500)), () -> Instant.now()
                        .plus(offset.get()))) {
            for (Duration jump : List.of(Duration.ZERO, Duration.ofDays(2), Duration.ofDays(-400))) {
                offset.set(jump);
                server.sql("insert into t values (1, 'at some time')");
                Lsn flushed = server.flushed();
                stage.awaitStored(1, flushed);
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> run.last() != null && !run.last().stored().isBefore(flushed));
                assertThat(run.last().unstoredFor()).isLessThan(Duration.ofHours(1));
            }
            stage.requireEqual(server, 1, server.flushed());
            assertThat(run.running()).isTrue();
        } finally {
            dropSlot(server);
        }
    }

    @Test
    void anotherDatabaseSystemIsRefused() throws Exception {
        try (WalStage stage = new WalStage("other")) {
            WalReceiverSettings settings = stage.segments(server);
            WalReceiverSettings expecting = new WalReceiverSettings(
                    settings.server(),
                    settings.connection(),
                    settings.slot(),
                    true,
                    Optional.of("7000000000000000000"),
                    settings.durability(),
                    settings.maxLag(),
                    settings.spool(),
                    settings.maxSpoolBytes(),
                    false);
            WalOutcome.Failed failed = stage.start(expecting).failed();
            assertThat(failed.failure().code()).isEqualTo(WalException.SYSTEM_DIFFERS);
            assertThat(failed.failure().found())
                    .contains(server.ask("select system_identifier from pg_control_system()"));
            assertThat(stage.listed(1)).isEmpty();
        }
    }

    @Test
    void aRoleThatMayNotReplicateIsToldWhatToRun() throws Exception {
        server.cluster().ensureRole("plain_role", "p");
        try (WalStage stage = new WalStage("role")) {
            WalOutcome.Failed failed = stage.start(stage.settings(
                            server.target("plain_role", "p", dev.lifeboat.platform.postgres.SslMode.DISABLE),
                            Durability.SEGMENT,
                            "lifeboat"))
                    .failed();
            assertThat(failed.failure().code()).isEqualTo("replication.role-lacks-replication");
            assertThat(failed.failure().hint()).contains("ALTER ROLE \"plain_role\" REPLICATION");
            assertThat(failed.retryable()).isFalse();
        }
    }

    static WalReceiverSettings with(WalReceiverSettings settings, Duration maxLag) {
        return new WalReceiverSettings(
                settings.server(),
                settings.connection(),
                settings.slot(),
                settings.createSlot(),
                settings.systemIdentifier(),
                settings.durability(),
                maxLag,
                settings.spool(),
                settings.maxSpoolBytes(),
                settings.skipGap());
    }

    /** So many segments, each with some rows in it and then padding. */
    static void load(Server server, int segments) throws Exception {
        for (int i = 0; i < segments; i++) {
            server.sql(
                    "insert into t select g, repeat(md5(g::text), 10) from generate_series(1, 2000) g",
                    "select pg_switch_wal()");
        }
        server.sql("insert into t values (0, 'a little more')");
    }

    /** So many segments that are full of rows. */
    private static void fill(int segments) throws Exception {
        for (int i = 0; i < segments * 4; i++) {
            server.sql("insert into t select g, repeat(md5(g::text), 30) from generate_series(1, 4000) g");
        }
    }

    private static Lsn confirmed() throws Exception {
        String restart = server.ask("select restart_lsn from pg_replication_slots where slot_name = 'lifeboat_stage'");
        return restart == null || restart.isEmpty() ? Lsn.NONE : Lsn.parse(restart);
    }

    static void dropSlot(Server server) {
        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> {
            server.sql("select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                    + " where slot_name = 'lifeboat_stage'");
            return true;
        });
    }
}
