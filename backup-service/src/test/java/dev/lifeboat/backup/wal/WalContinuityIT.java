package dev.lifeboat.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.WalObject;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No gap and no double, whatever breaks: the receiver, the store, the slot, the primary. */
@Timeout(120)
class WalContinuityIT {

    @Test
    void aReceiverThatIsKilledAtAnyMomentLeavesNoGap() throws Exception {
        kill(List.of(Durability.SEGMENT, Durability.SYNCHRONOUS), 1);
    }

    @Test
    @Timeout(1200)
    void norDoesOneThatIsKilledFiftyTimes() throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak kills the receiver fifty times");
        for (int seed = 2; seed < 12; seed++) {
            kill(
                    List.of(
                            Durability.SEGMENT,
                            Durability.SYNCHRONOUS,
                            Durability.SYNCHRONOUS,
                            Durability.SEGMENT,
                            Durability.SEGMENT),
                    seed);
        }
    }

    private static void kill(List<Durability> rounds, long seed) throws Exception {
        Random random = new Random(seed);
        Server server = Server.primary("killed", WalStage.keeping());
        server.sql("create table t (id int, text text)");
        AtomicBoolean over = new AtomicBoolean();
        Thread load = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                try {
                    server.sql("insert into t select g, repeat(md5(g::text), 20) from generate_series(1, 2000) g");
                } catch (java.sql.SQLException e) {
                    throw new IllegalStateException(e);
                }
                LockSupport.parkNanos(30_000_000);
            }
        });
        try (WalStage stage = new WalStage("killed-" + seed)) {
            Lsn last = Lsn.NONE;
            for (Durability durability : rounds) {
                Process process = receiver(stage, server, durability);
                try (BufferedReader lines = process.inputReader()) {
                    int after = 1 + random.nextInt(6);
                    String line = lines.readLine();
                    for (int stored = 0; stored < after && line != null; ) {
                        stored += line.startsWith("stored") ? 1 : 0;
                        assertThat(line).doesNotStartWith("ended");
                        line = stored < after ? lines.readLine() : line;
                    }
                    LockSupport.parkNanos(random.nextInt(150_000_000));
                } finally {
                    process.destroyForcibly().waitFor();
                }
                // Nothing that was stored is ever lost.
                Lsn end = stage.storedEnd(1);
                assertThat(end).isGreaterThan(last);
                last = end;
            }
            over.set(true);
            load.join();
            finish(stage, server, server.flushed());
        } finally {
            over.set(true);
            server.cluster().kill();
        }
    }

    /** The slot is held for some seconds by the one that was killed. */
    static void finish(WalStage stage, Server server, Lsn flushed) throws Exception {
        WalStage.Run run = stage.start(stage.segments(server));
        while (stage.storedEnd(1).isBefore(flushed)) {
            LockSupport.parkNanos(50_000_000);
            if (!run.running()) {
                assertThat(run.failed().retryable()).as(run.failed().toString()).isTrue();
                run = stage.start(stage.segments(server));
            }
        }
        run.stop();
        stage.requireEqual(server, 1, flushed);
        List<WalObject> pieces = stage.listed(1).stream()
                .filter(WalObject.Piece.class::isInstance)
                .toList();
        assertThat(pieces)
                .isEqualTo(StoredEnd.of(stage.listed(1), java.util.Optional.empty())
                        .orElseThrow()
                        .pieces());
    }

    static Process receiver(WalStage stage, Server server, Durability durability, String... before) throws Exception {
        S3Endpoint store = LocalParts.shared().east();
        List<String> command = new java.util.ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dlogging.initial-configurator.min-level=INFO",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                WalReceiverProcess.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("S3_ENDPOINT", store.endpoint()),
                        Map.entry("S3_REGION", store.region()),
                        Map.entry("S3_BUCKET", store.bucket()),
                        Map.entry("S3_ACCESS", store.accessKey()),
                        Map.entry("S3_SECRET", store.secretKey()),
                        Map.entry("S3_CA", store.caFile().toString()),
                        Map.entry("PG_HOST", server.target().host()),
                        Map.entry("PG_PORT", Integer.toString(server.target().port())),
                        Map.entry("PG_ROLE", Server.ROLE),
                        Map.entry("PG_SECRET", Server.PASSWORD),
                        Map.entry("WAL_SLOT", "lifeboat_stage"),
                        Map.entry("WAL_DURABILITY", durability.name()),
                        Map.entry("WAL_LAG", "PT0.3S"),
                        Map.entry("WAL_SPOOL", stage.spool().toString()),
                        Map.entry("WAL_SPOOL_BYTES", Long.toString(6 * WalStage.SEGMENT)),
                        Map.entry("WAL_CLUSTER", stage.cluster())));
        return builder.start();
    }

    @Test
    void aPromotionIsFollowedWhileStreaming() throws Exception {
        Server primary = Server.primary("promoted-from", WalStage.keeping());
        primary.sql("create table t (id int, text text)");
        Server standby = primary.standby("promoted", WalStage.keeping());
        try (WalStage stage = new WalStage("promotion");
                WalStage.Run run = stage.start(stage.segments(standby))) {
            WalReceiverIT.load(primary, 2);
            Lsn before = primary.flushed();
            stage.awaitStored(1, before);

            primary.cluster().kill();
            standby.sql("select pg_promote()", "insert into t values (1, 'on the new timeline')");
            WalReceiverIT.load(standby, 2);

            Lsn now = standby.flushed();
            stage.awaitStored(2, now);
            assertThat(run.told()).contains("switched 1 to 2");
            stage.requireEqual(standby, 2, now);
            Lsn left = dev.lifeboat.platform.wal.TimelineHistory.parse(
                            2, stage.wal().readHistory(2))
                    .leftAt(1)
                    .orElseThrow();
            assertThat(stage.wal().readHistory(2)).isEqualTo(Files.readAllBytes(standby.wal("00000002.history")));
            assertThat(stage.storedEnd(1)).isGreaterThanOrEqualTo(left);
            // The old partial is kept, the new timeline begins with the segment that holds the switch.
            WalSegment fork = WalSegment.containing(1, left, WalStage.SEGMENT);
            assertThat(stage.listed(1))
                    .anyMatch(object -> object instanceof WalObject.Piece piece
                            && piece.segment().equals(fork));
            assertThat(stage.listed(2)).contains(new WalObject.Sealed(fork.on(2)));
            assertThat(run.running()).isTrue();
        } finally {
            primary.cluster().kill();
            standby.cluster().kill();
        }
    }

    @Test
    void aFailoverIsFollowedFromTheNewPrimaryAndTheOldOneIsRefused() throws Exception {
        Server primary = Server.primary("failing", WalStage.keeping());
        primary.sql("create table t (id int, text text)");
        Server standby = primary.standby("taking-over", WalStage.keeping());
        try (WalStage stage = new WalStage("failover")) {
            WalStage.Run first = stage.start(stage.segments(primary));
            WalReceiverIT.load(primary, 1);
            Lsn replicated = primary.flushed();
            stage.awaitStored(1, replicated);
            await().atMost(Duration.ofMinutes(1)).until(() -> !standby.flushed().isBefore(replicated));
            // What the standby never got: the receiver is ahead of the fork.
            standby.sql("alter system set primary_conninfo = ''", "select pg_reload_conf()");
            await().atMost(Duration.ofMinutes(1)).until(() -> standby.ask("select count(*) from pg_stat_wal_receiver")
                    .equals("0"));
            primary.sql("insert into t select g, 'lost' from generate_series(1, 1000) g");
            Lsn lost = primary.flushed();
            stage.awaitStored(1, lost);
            primary.cluster().kill();
            assertThat(first.failed().retryable()).isTrue();

            standby.sql("select pg_promote()", "insert into t values (1, 'new')");
            WalStage.Run second = stage.start(stage.segments(standby));
            Lsn now = standby.flushed();
            stage.awaitStored(2, now);
            assertThat(second.told()).contains("orphans on 1", "slot created");
            stage.requireEqual(standby, 2, now);
            second.stop();

            primary.cluster().start(Lifetime.OF_THIS_JVM);
            WalOutcome.Failed old = stage.start(stage.segments(primary)).failed();
            assertThat(old.failure().code()).isEqualTo(WalException.TIMELINE_UNKNOWN);
            assertThat(old.retryable()).isFalse();
        } finally {
            primary.cluster().kill();
            standby.cluster().kill();
        }
    }

    @Test
    void whileTheStoreIsAwayTheSpoolStaysBoundedAndNothingIsLost() throws Exception {
        storeIsAway(Duration.ZERO);
    }

    @Test
    @Timeout(1200)
    void norDoesAnOutageOfTenMinutesFillDiskOrMemory() throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak takes the store away for ten minutes");
        storeIsAway(Duration.ofMinutes(10));
    }

    private static void storeIsAway(Duration lasting) throws Exception {
        // Kept, so that the store can be compared with all of it.
        Server server = Server.primary("store-away", WalStage.keeping("wal_keep_size", "16GB"));
        server.sql("create table t (id int, text text)");
        S3Endpoint away = LocalParts.shared().west();
        try (WalStage stage = new WalStage("away", away)) {
            WalReceiverSettings all = stage.segments(server);
            WalReceiverSettings small = new WalReceiverSettings(
                    all.server(),
                    all.connection(),
                    all.slot(),
                    true,
                    all.systemIdentifier(),
                    all.durability(),
                    all.maxLag(),
                    all.spool(),
                    3 * WalStage.SEGMENT,
                    false);
            try (WalStage.Run run = stage.start(small)) {
                WalReceiverIT.load(server, 1);
                stage.awaitStored(1, server.flushed());
                Lsn before = Lsn.parse(slotPosition(server));

                away.kill();
                WalReceiverIT.load(server, 6);
                await().atMost(Duration.ofSeconds(60)).until(() -> run.stalls().size() == 1);
                await().atMost(Duration.ofMinutes(1)).until(() -> spooled(stage) >= 2 * WalStage.SEGMENT);
                assertThat(spooled(stage)).isLessThanOrEqualTo(3 * WalStage.SEGMENT);
                assertThat(run.stalls().getFirst().code()).startsWith("store.");
                assertThat(Lsn.parse(slotPosition(server))).isLessThan(before.plus(2 * WalStage.SEGMENT));
                assertThat(server.ask("select count(*) from pg_stat_replication"))
                        .isEqualTo("1");
                underLoad(server, lasting, stage);

                away.start(Lifetime.OF_THIS_JVM);
                Lsn now = server.flushed();
                await().atMost(Duration.ofMinutes(1).plus(lasting))
                        .ignoreExceptions()
                        .until(() -> !stage.storedEnd(1).isBefore(now));
                assertThat(run.told()).contains("stalled", "resumed");
                stage.requireEqual(server, 1, now);
            }
        } finally {
            away.start(Lifetime.OF_THIS_JVM);
            server.cluster().kill();
        }
    }

    /** Some WAL every few seconds: neither the spool nor memory grows with what is kept back. */
    private static void underLoad(Server server, Duration lasting, WalStage stage) {
        if (lasting.isZero()) {
            return;
        }
        long heap = heapInUse();
        long until = System.nanoTime() + lasting.toNanos();
        await().atMost(lasting.plusMinutes(2))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> {
                    WalReceiverIT.load(server, 1);
                    assertThat(spooled(stage)).isLessThanOrEqualTo(3 * WalStage.SEGMENT);
                    return System.nanoTime() >= until;
                });
        assertThat(heapInUse()).isLessThan(heap + (32L << 20));
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void aServerThatWasSetBackIsRefused() throws Exception {
        Server server = Server.primary("set-back", WalStage.keeping());
        server.sql("create table t (id int, text text)");
        Path data = server.cluster().dataDirectory();
        Path snapshot = data.resolveSibling("snapshot");
        try (WalStage stage = new WalStage("set-back")) {
            WalStage.Run first = stage.start(stage.segments(server));
            stage.awaitStored(1, server.flushed());
            first.stop();
            server.cluster().stop();
            copy(data, snapshot);
            server.cluster().start(Lifetime.OF_THIS_JVM);
            WalStage.Run second = stage.start(stage.segments(server));
            server.sql("insert into t select g, 'first life' from generate_series(1, 5000) g");
            stage.awaitStored(1, server.flushed());
            second.stop();

            server.cluster().stop();
            remove(data);
            Files.move(snapshot, data);
            server.cluster().start(Lifetime.OF_THIS_JVM);
            WalOutcome.Failed behind = stage.start(stage.segments(server)).failed();
            assertThat(behind.failure().code()).isEqualTo(WalException.SERVER_BEHIND);
            assertThat(behind.retryable()).isFalse();

            server.sql("insert into t select g, 'other life' from generate_series(1, 9000) g");
            WalOutcome.Failed different = stage.start(stage.segments(server)).failed();
            assertThat(different.failure().code()).isEqualTo(WalException.DIFFERENT_BYTES);
            assertThat(different.retryable()).isFalse();
        } finally {
            server.cluster().kill();
        }
    }

    private static String slotPosition(Server server) throws Exception {
        return server.ask("select restart_lsn from pg_replication_slots where slot_name = 'lifeboat_stage'");
    }

    private static long spooled(WalStage stage) throws Exception {
        try (var files = Files.list(stage.spool())) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        assertThat(new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void remove(Path folder) throws Exception {
        assertThat(new ProcessBuilder("rm", "-r", folder.toString()).start().waitFor())
                .isZero();
    }
}
