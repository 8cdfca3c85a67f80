package dev.lifeboat.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.replication.ReplicationConnection;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.operations.CancelRequested;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad days of a physical backup: each ends in one clear failure, and leaves nothing behind. */
@Timeout(120)
class PhysicalFaultsIT {
    private static final int SLOW = 8 * 1024;

    private static PhysicalStage stage;
    private static PhysicalStage.Stream stream;

    @BeforeAll
    static void fill() throws Exception {
        stage = new PhysicalStage("faults", Map.of("max_wal_senders", "2"));
        stage.server()
                .sql(
                        "create table big (id bigint primary key, note text)",
                        "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 100000) g");
        stream = stage.stream();
    }

    @AfterAll
    static void end() {
        stream.close();
        stage.close();
    }

    @ParameterizedTest(name = "compressed by the server: {0}")
    @ValueSource(booleans = {true, false})
    void aByteIsTurnedOnTheWay(boolean serverCompression) throws Exception {
        try (TurnedByte way = new TurnedByte(stage.server().cluster().port(), 2 << 20)) {
            Job job = stage.job(stage.reached(way.port(), Server.ROLE, Server.PASSWORD), null);
            Failure failure =
                    retryable(failing(stage.method(serverCompression, Duration.ofSeconds(10)), job, context(job)));
            assertThat(way.turned()).isTrue();
            assertThat(failure.code()).isEqualTo("physical.manifest-mismatch");
            assertThat(failure.found()).isNotBlank();
            assertNothingLeft(job);
        }
    }

    @Test
    void theWalIsNotStored() throws Exception {
        DeclaredCluster nobodyStreams = stage.cluster(stage.server().cluster().port(), Server.ROLE, Server.PASSWORD);
        Job job = stage.job(nobodyStreams, null);
        Failure failure = failed(failing(stage.method(true, Duration.ofMillis(300)), job, context(job)));
        assertThat(failure.code()).isEqualTo("physical.wal-not-stored");
        assertThat(failure.expected()).contains("timeline 1 from ").contains("clusters/faults/" + nobodyStreams.id());
        assertThat(failure.found()).startsWith("nothing from ");
        assertThat(failure.hint()).contains("stream");
        assertNothingLeft(job);
    }

    @Test
    void theClusterKeepsNoWalAnyMore() throws Exception {
        Job job = stage.job(
                new DeclaredCluster(
                        UUID.randomUUID(),
                        1,
                        stage.spec(stage.server().cluster().port(), Server.ROLE, Server.PASSWORD, "none")),
                null);
        assertThat(failed(failing(stage.method(), job, context(job))).code()).isEqualTo("physical.wal-not-stored");
    }

    @Test
    void aRoleThatMayNotReplicate() throws Exception {
        stage.server().cluster().ensureRole("reader", "readers-secret");
        Job job = stage.job(stage.reached(stage.server().cluster().port(), "reader", "readers-secret"), null);
        Failure failure = failed(failing(stage.method(), job, context(job)));
        assertThat(failure.code()).isEqualTo("replication.role-lacks-replication");
        assertThat(failure.hint()).isEqualTo("Run: ALTER ROLE \"reader\" REPLICATION;");
        assertNothingLeft(job);
    }

    @Test
    void noEntryForReplication() throws Exception {
        Path file = stage.server().cluster().dataDirectory().resolve("pg_hba.conf");
        String before = Files.readString(file);
        stage.server().access("host all all 127.0.0.1/32 scram-sha-256\n");
        try {
            Job job = stage.job(stage.cluster(), null);
            Failure failure = failed(failing(stage.method(), job, context(job)));
            assertThat(failure.code()).isEqualTo("replication.hba-entry-missing");
            assertNothingLeft(job);
        } finally {
            stage.server().access(before);
        }
    }

    @Test
    void noSenderIsFree() throws Exception {
        Job job = stage.job(stage.cluster(), null);
        try (ReplicationConnection taken = stage.server().connect("another")) {
            assertThat(taken.majorVersion()).isEqualTo(15);
            Failure failure = retryable(failing(stage.method(), job, context(job)));
            assertThat(failure.code()).isEqualTo("replication.senders-exhausted");
        }
        assertNothingLeft(job);
    }

    @Test
    void theServerIsStoppedInTheMiddle() throws Exception {
        Job job = stage.job(stage.cluster(), SLOW);
        Step step;
        try {
            step = failing(stage.method(), job, midway(job, () -> stage.server()
                    .cluster()
                    .kill()));
        } finally {
            stream.close();
            stage.server().cluster().start(Lifetime.OF_THIS_JVM);
            stream = stage.stream();
        }
        assertThat(retryable(step).code()).isIn("replication.connection-lost", "postgres.shut-down");
        assertNothingLeft(job);
    }

    @Test
    void theStoreGoesAwayAndComesBack() throws Exception {
        Job job = stage.job(stage.cluster(), SLOW);
        Step step;
        try {
            step = failing(
                    stage.method(), job, midway(job, () -> stage.parts().east().kill()));
        } finally {
            stage.parts().east().start(Lifetime.OF_THIS_JVM);
        }
        assertThat(retryable(step).code()).startsWith("store.");
        Taken taken;
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 2, stage.folder())) {
            taken = stage.method().take(again(job), context);
        }
        assertThat(taken.manifest().physical().archives()).hasSize(1);
        assertThat(keys(job)).hasSize(4).allMatch(key -> key.contains("/2/") || key.endsWith("/manifest.json"));
        assertThat(unfinishedUploads()).isZero();
    }

    @Test
    void cancelledItEndsWithoutCopyingTheRest() throws Exception {
        Job job = stage.job(stage.cluster(), 1024);
        try (ScriptedContext context =
                context(job).cancelling(progress -> progress.phase().equals("copying") && progress.bytesDone() > 0)) {
            Throwable thrown = catchThrowable(() -> stage.method().take(job, context));
            assertThat(thrown).isInstanceOf(CancelRequested.class);
        }
        assertNothingLeft(job);
    }

    private static Job again(Job job) {
        return new Job(
                job.backupId(),
                job.cluster(),
                job.repository(),
                stage.job(stage.cluster(), null).policy());
    }

    private static ScriptedContext context(Job job) {
        return new ScriptedContext(job.backupId(), 1, stage.folder());
    }

    /** Something happens once while files flow. */
    private static ScriptedContext midway(Job job, Runnable event) {
        AtomicBoolean happened = new AtomicBoolean();
        return context(job).cancelling(progress -> {
            if (progress.phase().equals("copying")
                    && progress.bytesDone() > 1 << 20
                    && happened.compareAndSet(false, true)) {
                event.run();
            }
            return false;
        });
    }

    private static Step failing(PhysicalMethod method, Job job, ScriptedContext given) throws IOException {
        try (ScriptedContext context = given) {
            Throwable thrown = catchThrowable(() -> method.take(job, context));
            assertThat(thrown).isNotNull();
            return method.explain(thrown, context);
        }
    }

    private static Failure retryable(Step step) {
        assertThat(step).isInstanceOf(Step.RetryAfter.class);
        return ((Step.RetryAfter) step).cause();
    }

    private static Failure failed(Step step) {
        assertThat(step).isInstanceOf(Step.Failed.class);
        return ((Step.Failed) step).failure();
    }

    private static void assertNothingLeft(Job job) throws Exception {
        assertThat(keys(job)).isEmpty();
        assertThat(unfinishedUploads()).isZero();
        assertThat(stage.sessions()).isEmpty();
        assertThat(stage.server().ask("select string_agg(slot_name, ',') from pg_replication_slots"))
                .isEqualTo("lifeboat_stage");
        try (Stream<Path> left = Files.list(stage.folder())) {
            assertThat(left.filter(path -> path.getFileName()
                            .toString()
                            .contains(job.backupId().toString())))
                    .isEmpty();
        }
    }

    private static List<String> keys(Job job) {
        try (Stream<ObjectInfo> all = stage.store().list("", Optional.empty())) {
            return all.map(ObjectInfo::key)
                    .filter(key -> key.contains(job.backupId().toString()))
                    .toList();
        }
    }

    private static int unfinishedUploads() {
        return stage.store()
                .abortStaleUploads(
                        stage.clusterFolder() + "physical/", Instant.now().plus(Duration.ofHours(1)));
    }
}
