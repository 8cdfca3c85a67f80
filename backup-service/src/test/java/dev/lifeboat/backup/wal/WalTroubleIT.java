package dev.lifeboat.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.backup.replication.ReplicationFaults;
import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.WalObject;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stands in the way of receiving is named, loses nothing, and says whether to try again. */
@Timeout(90)
class WalTroubleIT {

    @Test
    void aSlotThatSomebodyDroppedIsMadeAgainAndAGapIsNamed() throws Exception {
        Server server = Server.primary("slot-dropped", Map.of("wal_keep_size", "64MB", "min_wal_size", "80MB"));
        server.sql("create table t (id int, text text)");
        try (WalStage stage = new WalStage("slot")) {
            WalStage.Run first = stage.start(stage.segments(server));
            WalReceiverIT.load(server, 1);
            stage.awaitStored(1, server.flushed());
            server.sql("select pg_terminate_backend(active_pid) from pg_replication_slots where active");
            assertThat(first.failed().retryable()).isTrue();
            WalReceiverIT.dropSlot(server);

            WalReceiverSettings strict = strict(stage.segments(server), false, false);
            assertThat(stage.start(strict).failed().failure().code()).isEqualTo(ReplicationFaults.SLOT_MISSING);

            WalStage.Run again = stage.start(stage.segments(server));
            WalReceiverIT.load(server, 1);
            Lsn flushed = server.flushed();
            stage.awaitStored(1, flushed);
            assertThat(again.told()).contains("slot created");
            stage.requireEqual(server, 1, flushed);
            again.stop();

            Lsn stored = stage.storedEnd(1);
            WalReceiverIT.dropSlot(server);
            WalReceiverIT.load(server, 8);
            server.sql("checkpoint", "select pg_switch_wal()", "checkpoint");
            WalOutcome.Failed gap = stage.start(stage.segments(server)).failed();
            assertThat(gap.failure().code()).isEqualTo(WalException.GAP);
            assertThat(gap.failure().expected()).contains(stored.toString());
            assertThat(gap.retryable()).isFalse();

            try (WalStage.Run behind = stage.start(strict(stage.segments(server), true, true))) {
                WalReceiverIT.load(server, 1);
                Lsn now = server.flushed();
                await().atMost(Duration.ofMinutes(1)).until(() -> stage.listed(1).stream()
                        .anyMatch(object -> object instanceof WalObject.Piece piece
                                && !piece.end().isBefore(now)));
                assertThat(behind.told()).anyMatch(one -> one.startsWith("gap " + stored));
            }
        } finally {
            server.cluster().kill();
        }
    }

    @Test
    void aSlotThatTheServerGaveUpIsNamed() throws Exception {
        Server server = Server.primary(
                "slot-lost", Map.of("max_slot_wal_keep_size", "16MB", "min_wal_size", "32MB", "max_wal_size", "32MB"));
        server.sql("create table t (id int, text text)");
        try (WalStage stage = new WalStage("lost")) {
            WalStage.Run first = stage.start(stage.segments(server));
            stage.awaitStored(1, server.flushed());
            first.stop();
            WalReceiverIT.load(server, 6);
            server.sql("checkpoint");
            await().atMost(Duration.ofMinutes(1)).until(() -> server.ask("select wal_status from pg_replication_slots")
                    .equals("lost"));

            WalOutcome.Failed failed = stage.start(stage.segments(server)).failed();

            assertThat(failed.failure().code()).isEqualTo(ReplicationFaults.SLOT_INVALIDATED);
            assertThat(failed.retryable()).isFalse();
        } finally {
            server.cluster().kill();
        }
    }

    @Test
    void whenNoSenderIsLeftItIsTriedAgainAndThenItStreams() throws Exception {
        Server server = Server.primary("one-sender", Map.of("max_wal_senders", "1"));
        server.sql("create table t (id int, text text)");
        try (WalStage stage = new WalStage("one-sender")) {
            WalOutcome.Failed failed;
            try (var taken = server.connect("somebody")) {
                taken.identifySystem();
                failed = stage.start(stage.segments(server)).failed();
            }
            assertThat(failed.failure().code()).isEqualTo("replication.senders-exhausted");
            assertThat(failed.failure().hint()).contains("max_wal_senders");
            assertThat(failed.retryable()).isTrue();
            await().atMost(Duration.ofMinutes(1)).until(() -> server.ask("select count(*) from pg_stat_replication")
                    .equals("0"));

            try (WalStage.Run run = stage.start(stage.segments(server))) {
                server.sql("insert into t values (1, 'with a sender')");
                stage.awaitStored(1, server.flushed());
                assertThat(run.running()).isTrue();
            }
        } finally {
            server.cluster().kill();
        }
    }

    @Test
    void aServerThatFallsSilentCountsAsLost() throws Exception {
        Server server = Server.primary("silent", WalStage.keeping());
        server.sql("create table t (id int, text text)");
        try (WalStage stage = new WalStage("silent")) {
            WalReceiverSettings all = stage.segments(server);
            WalReceiverSettings impatient = new WalReceiverSettings(
                    all.server(),
                    new ReplicationOptions(
                            "impatient", Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(8)),
                    all.slot(),
                    true,
                    all.systemIdentifier(),
                    all.durability(),
                    all.maxLag(),
                    all.spool(),
                    all.maxSpoolBytes(),
                    false);
            WalStage.Run run = stage.start(impatient);
            stage.awaitStored(1, server.flushed());
            // Longer than the silence that counts as lost: an idle server is asked, and answers.
            await().atMost(Duration.ofMinutes(1))
                    .pollDelay(Duration.ofMillis(2500))
                    .until(run::running);
            String sender = server.ask("select pid from pg_stat_replication");
            signal("STOP", sender);
            try {
                WalOutcome.Failed failed = run.failed();
                assertThat(failed.failure().code()).isEqualTo(ReplicationFaults.CONNECTION_LOST);
                assertThat(failed.retryable()).isTrue();
            } finally {
                signal("CONT", sender);
            }
        } finally {
            server.cluster().kill();
        }
    }

    @Test
    void aSpoolThatCannotGrowIsNamedAndLosesNothing() throws Exception {
        Server server = Server.primary("spool-full", WalStage.keeping());
        server.sql("create table t (id int, text text)");
        try (WalStage stage = new WalStage("spool-full")) {
            // The kernel refuses to let a file grow beyond 8 MiB, as a full disk would.
            Process limited =
                    WalContinuityIT.receiver(stage, server, Durability.SEGMENT, "prlimit", "--fsize=" + (8 << 20));
            try (BufferedReader lines = limited.inputReader()) {
                WalReceiverIT.load(server, 1);
                String line = lines.readLine();
                while (!line.startsWith("again")) {
                    line = lines.readLine();
                }
                assertThat(line).contains(WalException.SPOOL);
            } finally {
                limited.destroyForcibly().waitFor();
            }
            assertThat(stage.listed(1)).noneMatch(WalObject.Sealed.class::isInstance);

            Lsn flushed = server.flushed();
            WalContinuityIT.finish(stage, server, flushed);
        } finally {
            server.cluster().kill();
        }
    }

    private static void signal(String name, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
    }

    private static WalReceiverSettings strict(WalReceiverSettings all, boolean createSlot, boolean skipGap) {
        return new WalReceiverSettings(
                all.server(),
                all.connection(),
                all.slot(),
                createSlot,
                all.systemIdentifier(),
                all.durability(),
                all.maxLag(),
                all.spool(),
                all.maxSpoolBytes(),
                skipGap);
    }
}
