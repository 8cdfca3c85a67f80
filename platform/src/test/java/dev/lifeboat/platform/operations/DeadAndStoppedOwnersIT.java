package dev.lifeboat.platform.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.plain.PlainDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes: an owner that is killed is followed by another, one that is stopped and continued changes nothing. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadAndStoppedOwnersIT {
    private LocalParts.Database place;
    private PlainDatabase database;
    private Path folder;
    private Process process;
    private OperationsInstance next;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final UUID id = UUID.randomUUID();

    @BeforeEach
    void submitted() {
        LocalParts parts = LocalParts.shared();
        place = parts.newDatabase("owners");
        folder = parts.newFolder("owners");
        database = new PlainDatabase(place).migrate();
        database.useTransaction(tx -> tx.execute("create table effect (operation uuid, epoch bigint, what text)"));
        // Not started: it submits, and runs nothing itself.
        try (OperationsInstance submitter = instance()) {
            submitter.database.useTransaction(
                    tx -> submitter.operations.submit(tx, new Operations.Request(id, ThreeSteps.KIND, "shop", null)));
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        if (next != null) {
            next.close();
        }
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before-1", "inside-1", "after-1", "inside-2", "after-3"})
    void an_owner_killed_anywhere_is_followed_by_one_that_ends_in_the_same_place(String stage) throws Exception {
        longFormUnless(stage, Set.of("after-1", "inside-2", "after-3"));
        startHeldAt(stage);

        process.destroyForcibly().waitFor();
        theLeaseHasRunOut();
        next = instance().start();

        awaitDone();
        assertThat(effects()).containsExactly("step 1", "step 2", "step 3");
        assertThat(column("epoch")).isEqualTo("2");
        assertThat(column("attempt")).isEqualTo("2");
        await().atMost(Duration.ofMinutes(1)).until(() -> !Files.exists(folder.resolve(id.toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"before-2", "inside-2", "after-3"})
    void an_owner_that_was_stopped_and_replaced_changes_nothing_when_it_continues(String stage) throws Exception {
        longFormUnless(stage, Set.of("inside-2", "after-3"));
        startHeldAt(stage);

        signal("STOP");
        CountDownLatch observed = new CountDownLatch(1);
        next = instance((context, at) -> {
                    if (at.equals("after-3")) {
                        awaitQuietly(observed);
                    }
                })
                .start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> effects().equals(List.of("step 1", "step 2", "step 3"))
                        && column("epoch").equals("2"));
        List<String> before = everything();
        signal("CONT");
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();

        // The new owner is still at work: only the epoch tells the two apart.
        if (!stage.equals("after-3")) {
            assertThat(said.poll(60, TimeUnit.SECONDS)).startsWith(OperationsProcess.REFUSED);
        }
        assertThat(said.poll(60, TimeUnit.SECONDS)).isEqualTo(OperationsProcess.IDLE);
        assertThat(everything()).isEqualTo(before);
        observed.countDown();
        awaitDone();
        assertThat(effects()).containsExactly("step 1", "step 2", "step 3");
    }

    /** Inside a step, between two, and after the last, in the short form. */
    private static void longFormUnless(String stage, Set<String> shortForm) {
        assumeTrue(
                shortForm.contains(stage) || Boolean.getBoolean("lifeboat.soak"),
                "make soak kills and stops an owner at each stage");
    }

    /** Of a dead owner: waiting for it would show nothing more. One that was stopped is really waited for. */
    private void theLeaseHasRunOut() {
        database.useTransaction(
                tx -> tx.execute("update operation set lease_until = clock_timestamp() where id = ?", id));
    }

    private void startHeldAt(String stage) throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OperationsProcess.class.getName(),
                        place.jdbcUrl(),
                        place.user(),
                        place.password(),
                        folder.toString(),
                        stage)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread.ofPlatform().daemon().start(this::listen);
        assertThat(said.poll(60, TimeUnit.SECONDS)).isEqualTo(OperationsProcess.HELD + stage);
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> line.startsWith(OperationsProcess.HELD)
                            || line.startsWith(OperationsProcess.REFUSED)
                            || line.equals(OperationsProcess.IDLE))
                    .forEach(said::add);
        } catch (UncheckedIOException | IOException e) {
            // It was killed while it was read.
            said.add("gone");
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private OperationsInstance instance() {
        return instance((context, stage) -> {});
    }

    private OperationsInstance instance(ThreeSteps.Hold hold) {
        return new OperationsInstance(
                new PlainDatabase(place),
                InstantSource.system(),
                folder,
                List.of(new ThreeSteps(hold)),
                OperationsProcess::quick);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitDone() {
        await().atMost(Duration.ofSeconds(60)).until(() -> column("coalesce(outcome, state)"), "done"::equals);
    }

    private String column(String expression) {
        return database.inTransaction(tx -> tx.select("select " + expression + " from operation where id = ?", id)
                .mapTo(String.class)
                .one());
    }

    private List<String> effects() {
        return list("select what from effect order by what");
    }

    private List<String> everything() {
        // All but the lease, which the new owner keeps alive.
        return list("select (to_jsonb(o) - 'lease_until')::text from operation o"
                + " union all select to_jsonb(e)::text from effect e order by 1");
    }

    private List<String> list(String sql) {
        return database.inTransaction(
                tx -> tx.createQuery(sql).mapTo(String.class).list());
    }
}
