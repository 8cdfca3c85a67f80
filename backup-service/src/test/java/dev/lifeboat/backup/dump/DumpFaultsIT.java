package dev.lifeboat.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bad days of a dump: each ends in one clear failure, and leaves nothing behind. */
class DumpFaultsIT {
    private static DumpStage stage;
    private static LocalParts.Database database;

    @BeforeAll
    static void fill() {
        stage = new DumpStage(Duration.ofSeconds(1));
        database = stage.parts().newDatabase("faults");
        fill(database.name());
    }

    @AfterAll
    static void drop() {
        stage.parts().postgres().execute("postgres", "drop database \"" + database.name() + "\" with (force)");
    }

    private static void fill(String name) {
        stage.parts()
                .postgres()
                .execute(
                        name,
                        "create table big (id bigint primary key, note text)",
                        "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 400000) g");
    }

    @Test
    void pgDumpKilledHalfWay() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "full", database.name()));
        Step step = failing(
                job, midway(() -> processes("pg_dump", database.name()).forEach(ProcessHandle::destroyForcibly)));
        assertThat(retryable(step).code()).isEqualTo("dump.tool-killed");
        assertThat(retryable(step).found()).isEqualTo("signal 9");
        assertNothingLeft(job);
    }

    @Test
    void pgDumpsSessionTerminated() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "full", database.name()));
        Step step = failing(job, midway(() -> stage.parts()
                .postgres()
                .execute(
                        "postgres",
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database.name()
                                + "' and query like 'COPY %'")));
        assertThat(retryable(step).code()).isEqualTo("postgres.unreachable");
        assertNothingLeft(job);
    }

    @Test
    void theDatabaseIsDroppedDuringTheDump() throws Exception {
        LocalParts.Database doomed = stage.parts().newDatabase("doomed");
        fill(doomed.name());
        Job job = stage.job(DumpStage.policy("custom", 1, "full", doomed.name()));
        Step first = failing(job, midway(() -> stage.parts()
                .postgres()
                .execute("postgres", "drop database \"" + doomed.name() + "\" with (force)")));
        retryable(first);
        assertNothingLeft(job);
        Step second = failing(job, new ScriptedContext(job.backupId(), 2, stage.folder()));
        assertThat(failed(second).code()).isEqualTo("dump.database-unknown");
        assertThat(failed(second).expected()).isEqualTo(doomed.name());
    }

    @Test
    void theStoreGoesAwayAndComesBack() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "full", database.name()));
        Step step;
        try {
            step = failing(job, midway(() -> stage.parts().east().kill()));
        } finally {
            stage.parts().east().start(Lifetime.OF_THIS_JVM);
        }
        assertThat(retryable(step).code()).startsWith("store.");
        Taken taken;
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 2, stage.folder())) {
            taken = stage.method().take(job, context);
        }
        assertThat(taken.manifest().databases()).hasSize(1);
        assertThat(keys(job)).allMatch(key -> key.contains("/2/") || key.endsWith("/manifest.json"));
        assertThat(unfinishedUploads()).isZero();
    }

    @Test
    void aTableIsLockedForTooLong() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "full", database.name()));
        try (Connection connection = stage.parts().postgres().connect(database.name());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table big in access exclusive mode");
            Step step = failing(job, new ScriptedContext(job.backupId(), 1, stage.folder()));
            assertThat(retryable(step).code()).isEqualTo("postgres.lock-not-available");
        }
        assertNothingLeft(job);
    }

    @Test
    void theDiskIsFull() throws Exception {
        Path small = stage.folder().resolve("small");
        Files.createDirectories(small);
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()), "this user may not mount");
        try {
            Job job = stage.job(DumpStage.policy("directory", 2, "off", database.name()));
            Step step = failing(job, new ScriptedContext(job.backupId(), 1, small));
            assertThat(retryable(step).code()).isEqualTo("dump.disk-full");
            assertNothingLeft(job);
            try (Stream<Path> left = Files.list(small)) {
                assertThat(left).isEmpty();
            }
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    @Test
    void theLastAttemptFailsForGood() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "off", database.name()));
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 3, stage.folder())) {
            Step step = stage.method()
                    .explain(
                            new DumpFailure(new Failure("dump.tool-killed", "killed", null, null, null), true),
                            context);
            assertThat(failed(step).code()).isEqualTo("dump.tool-killed");
        }
    }

    @Test
    void aWrongPassword() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "full", database.name()), "postgres", "wrong");
        assertThat(failed(failing(job, context(job))).code()).isEqualTo("postgres.password-wrong");
        assertNothingLeft(job);
    }

    @Test
    void aMissingGrant() throws Exception {
        stage.parts().postgres().ensureRole("nobody", "nobodys-secret");
        stage.parts().postgres().execute("postgres", "grant connect on database " + database.name() + " to nobody");
        Job job = stage.job(DumpStage.policy("custom", 1, "full", database.name()), "nobody", "nobodys-secret");
        Failure failure = failed(failing(job, context(job)));
        assertThat(failure.code()).isEqualTo("postgres.privilege-missing");
        assertThat(failure.found()).contains("permission denied").contains("big");
        assertThat(failure.hint()).contains("GRANT pg_read_all_data");
        assertNothingLeft(job);
    }

    @Test
    void aDatabaseThatIsNotThere() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "full", "nowhere", database.name(), "neither"));
        Failure failure = failed(failing(job, context(job)));
        assertThat(failure.code()).isEqualTo("dump.database-unknown");
        assertThat(failure.expected()).isEqualTo("nowhere, neither");
        assertThat(failure.found()).contains(database.name());
    }

    @Test
    void aServerThatIsNotThere() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "full"), "postgres", "x", 1);
        assertThat(retryable(failing(job, context(job))).code()).isEqualTo("postgres.unreachable");
    }

    @Test
    void noSecretIsOnACommandLineOrInAnEnvironmentThatOthersSee() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "off", database.name()));
        AtomicBoolean looked = new AtomicBoolean();
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder()).cancelling(progress -> {
            if (progress.bytesDone() > 100_000 && !looked.getAndSet(true)) {
                assertThat(processes("pg_dump", database.name())).isNotEmpty();
                String all = run("ps", "-e", "-o", "args") ? said("ps", "-e", "-ww", "-o", "args") : "";
                assertThat(all)
                        .contains("pg_dump")
                        .doesNotContain(stage.parts().postgres().password());
            }
            return false;
        })) {
            stage.method().take(job, context);
        }
        assertThat(looked).isTrue();
    }

    private static ScriptedContext context(Job job) {
        return new ScriptedContext(job.backupId(), 1, stage.folder());
    }

    /** Something happens once while rows flow. */
    private static java.util.function.Function<Job, ScriptedContext> midway(Runnable event) {
        return job -> {
            AtomicBoolean happened = new AtomicBoolean();
            return context(job).cancelling((Progress progress) -> {
                if (progress.phase().startsWith("dumping ")
                        && !progress.phase().equals("dumping globals")
                        && progress.bytesDone() > 100_000
                        && !happened.getAndSet(true)) {
                    event.run();
                }
                return false;
            });
        };
    }

    private static Step failing(Job job, java.util.function.Function<Job, ScriptedContext> context) throws IOException {
        return failing(job, context.apply(job));
    }

    private static Step failing(Job job, ScriptedContext given) throws IOException {
        try (ScriptedContext context = given) {
            Throwable thrown = catchThrowable(() -> stage.method().take(job, context));
            assertThat(thrown).isNotNull();
            return stage.method().explain(thrown, context);
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

    private static List<ProcessHandle> processes(String program, String database) {
        String encoded = DumpSource.percent(database);
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/" + program))
                .filter(process -> process.info().commandLine().orElse("").contains(encoded))
                .toList();
    }

    private static void assertNothingLeft(Job job) throws Exception {
        assertThat(keys(job)).isEmpty();
        assertThat(unfinishedUploads()).isZero();
        assertThat(DumpMethodIT.Connections.ofBackups(stage)).isEmpty();
        assertThat(processes("pg_dump", database.name())).isEmpty();
        try (Stream<Path> left = Files.list(stage.folder())) {
            assertThat(left.filter(path -> path.getFileName()
                            .toString()
                            .contains(job.backupId().toString())))
                    .isEmpty();
        }
    }

    private static List<String> keys(Job job) {
        try (ObjectStore store = stage.store();
                Stream<ObjectInfo> all = store.list("", Optional.empty())) {
            return all.map(ObjectInfo::key)
                    .filter(key -> key.contains(job.backupId().toString()))
                    .toList();
        }
    }

    private static int unfinishedUploads() {
        try (ObjectStore store = stage.store()) {
            return store.abortStaleUploads("", Instant.now().plus(Duration.ofHours(1)));
        }
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String said(String... command) {
        try {
            return new String(
                    new ProcessBuilder(command).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
