package dev.lifeboat.platform.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.operations.OperationHandler.Ending;
import dev.lifeboat.platform.plain.PlainDatabase;
import dev.lifeboat.platform.plain.TickingClock;
import dev.lifeboat.schemas.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OperationsIT {
    private static final UnaryOperator<OperationSettings> AS_THEY_ARE = UnaryOperator.identity();

    private final List<OperationsInstance> instances = new ArrayList<>();
    private final TickingClock clock = new TickingClock();
    private LocalParts.Database place;
    private PlainDatabase database;
    private Path folder;

    @BeforeEach
    void emptyDatabase() {
        LocalParts parts = LocalParts.shared();
        place = parts.newDatabase("operations");
        folder = parts.newFolder("operations");
        database = new PlainDatabase(place).migrate();
        database.useTransaction(tx -> {
            tx.execute("create table ended (operation uuid, ending text)");
            tx.execute("create table effect (operation uuid, epoch bigint, what text)");
        });
    }

    @AfterEach
    void stop() {
        instances.forEach(OperationsInstance::close);
        database.close();
    }

    @Test
    void runs_what_was_submitted_and_leaves_nothing_in_quartz() {
        AtomicReference<Correlation> seen = new AtomicReference<>();
        OperationsInstance one = instance(new Script("copy", 1, context -> {
            seen.set(Correlation.current().orElseThrow());
            return effect(context, "copied");
        }));
        UUID id = UUID.randomUUID();
        Correlation.bind(new Correlation("story", "request", "principal/alice", null));
        try {
            submit(one, id, "copy", "shop");
        } finally {
            Correlation.bind(null);
        }

        awaitEnd(id, "done");

        assertThat(effects(id)).containsExactly("copied");
        assertThat(seen.get()).isEqualTo(new Correlation("story", id.toString(), "principal/alice", null));
        assertThat(count("select count(*) from qrtz_triggers")).isZero();
        assertThat(count("select count(*) from qrtz_job_details")).isZero();
    }

    @Test
    void the_same_id_is_taken_once() {
        OperationsInstance one = instance(new Script("copy", 1, context -> effect(context, "copied")));
        UUID id = UUID.randomUUID();

        boolean first = submit(one, id, "copy", "shop");
        boolean again = submit(one, id, "copy", "shop");

        assertThat(first).isTrue();
        assertThat(again).isFalse();
        awaitEnd(id, "done");
        assertThat(effects(id)).hasSize(1);
    }

    @Test
    void a_submission_that_is_rolled_back_leaves_neither_row_nor_wakeup() {
        OperationsInstance one = instance(new Script("copy", 1, context -> effect(context, "copied")));

        assertThatThrownBy(() -> one.database.useTransaction(tx -> {
                    one.operations.submit(tx, new Operations.Request(UUID.randomUUID(), "copy", "shop", null));
                    throw new IllegalStateException("changed my mind");
                }))
                .hasMessage("changed my mind");

        assertThat(count("select count(*) from operation")).isZero();
        assertThat(count("select count(*) from qrtz_triggers")).isZero();
    }

    @Test
    void an_unknown_kind_is_refused() {
        OperationsInstance one = instance(new Script("copy", 1, context -> Step.done()));

        assertThatThrownBy(() -> submit(one, UUID.randomUUID(), "fly", "shop")).hasMessageContaining("fly");
    }

    @Test
    void two_instances_lose_double_and_forget_nothing() {
        Map<String, AtomicInteger> busy = new ConcurrentHashMap<>();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger all = new AtomicInteger();
        AtomicInteger mostInAll = new AtomicInteger();
        Script script = new Script("copy", 2, context -> {
            AtomicInteger here = busy.computeIfAbsent(context.cluster(), name -> new AtomicInteger());
            most.accumulateAndGet(here.incrementAndGet(), Math::max);
            mostInAll.accumulateAndGet(all.incrementAndGet(), Math::max);
            try {
                return effect(context, "copied");
            } finally {
                all.decrementAndGet();
                here.decrementAndGet();
            }
        });
        OperationsInstance one = instance(script);
        instance(script);
        List<UUID> ids =
                IntStream.range(0, 500).mapToObj(i -> UUID.randomUUID()).toList();

        for (int i = 0; i < ids.size(); i++) {
            submit(one, ids.get(i), "copy", "cluster-" + i % 7);
        }

        await().atMost(Duration.ofSeconds(90))
                .until(() -> count("select count(*) from operation where state = 'ended'") == 500);
        assertThat(count("select count(*) from operation where outcome = 'done' and epoch = 1"))
                .isEqualTo(500);
        assertThat(count("select count(*) from effect")).isEqualTo(500);
        assertThat(count("select count(distinct operation) from effect")).isEqualTo(500);
        assertThat(count("select count(distinct owner) from operation where owner is not null"))
                .isZero();
        assertThat(most.get()).isLessThanOrEqualTo(2);
        assertThat(mostInAll.get()).isLessThanOrEqualTo(8);
        await().untilAsserted(() ->
                assertThat(count("select count(*) from qrtz_triggers")).isZero());
    }

    @Test
    void what_is_transient_is_tried_again_and_counted() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        OperationsInstance one = instance(new Script("copy", 1, context -> {
            attempts.add(context.attempt());
            if (context.attempt() < 3) {
                throw new IllegalStateException("transient");
            }
            return effect(context, "copied");
        }));
        UUID id = UUID.randomUUID();

        submit(one, id, "copy", "shop");

        awaitEnd(id, "done");
        assertThat(attempts).containsExactly(1, 2, 3);
        assertThat(text("select last_failure ->> 'code' from operation where id = ?", id))
                .isEqualTo("script.transient");
    }

    @Test
    void waiting_for_something_is_no_new_attempt() {
        List<String> runs = new CopyOnWriteArrayList<>();
        OperationsInstance one = instance(new Script("copy", 1, context -> {
            runs.add(context.epoch() + "/" + context.attempt());
            return runs.size() < 3 ? Step.waitFor(Duration.ofMillis(50)) : Step.done();
        }));
        UUID id = UUID.randomUUID();

        submit(one, id, "copy", "shop");

        awaitEnd(id, "done");
        assertThat(runs).containsExactly("1/1", "2/1", "3/1");
    }

    @Test
    void what_is_fatal_ends_in_the_transaction_that_tells_the_domain() {
        Script script = new Script("copy", 1, context -> {
            throw new IllegalStateException("fatal");
        });
        OperationsInstance one = instance(script);
        UUID id = UUID.randomUUID();

        submit(one, id, "copy", "shop");

        awaitEnd(id, "failed");
        assertThat(script.ended).containsExactly(new Script.Ended(id, Ending.FAILED, "script.fatal"));
        assertThat(text("select ending from ended where operation = ?", id)).isEqualTo("FAILED");
    }

    @Test
    void an_ending_that_fails_is_tried_again() {
        AtomicInteger refusals = new AtomicInteger(1);
        OperationHandler handler = new OperationHandler() {
            @Override
            public String kind() {
                return "copy";
            }

            @Override
            public Step run(OperationContext context) {
                return new Step.Failed(new Failure("copy.broken", "It is broken.", null, null, null));
            }

            @Override
            public Step explain(Throwable thrown, OperationContext context) {
                throw new AssertionError(thrown);
            }

            @Override
            public void ended(
                    org.jdbi.v3.core.Handle transaction, OperationContext context, Ending ending, Failure failure) {
                transaction.execute("insert into ended values (?, ?)", context.id(), ending.name());
                if (refusals.getAndDecrement() > 0) {
                    throw new IllegalStateException("not now");
                }
            }
        };
        OperationsInstance one = instance(AS_THEY_ARE, List.of(handler));
        UUID id = UUID.randomUUID();

        submit(one, id, "copy", "shop");

        await().until(() -> count("select count(*) from operation where state = 'waiting' and attempt = 1") == 1);
        assertThat(count("select count(*) from ended")).isZero();
        one.database.useTransaction(tx -> one.operations.wake(tx, id));
        awaitEnd(id, "failed");
        assertThat(count("select count(*) from ended")).isEqualTo(1);
    }

    @Test
    void cancelling_what_runs_is_seen_at_the_next_check() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger cleaned = new AtomicInteger();
        Script script = new Script("copy", 1, context -> {
            begun.countDown();
            try {
                return untilStopped(context);
            } catch (CancelRequested e) {
                cleaned.incrementAndGet();
                throw e;
            }
        });
        OperationsInstance one = instance(script);
        OperationsInstance other = instance(new Script("copy", 1, script::run));
        UUID id = UUID.randomUUID();
        submit(one, id, "copy", "shop");
        awaitLatch(begun);

        // Both are asked: one runs it and knows at once, the other leaves it to the heartbeat.
        other.database.useTransaction(tx -> other.operations.cancel(tx, id, "principal/bob"));

        awaitEnd(id, "cancelled");
        assertThat(cleaned.get()).isEqualTo(1);
        assertThat(text("select ending from ended where operation = ?", id)).isEqualTo("CANCELLED");
        assertThat(text("select last_failure ->> 'message' from operation where id = ?", id))
                .contains("principal/bob");
        assertThat(one.database.<Boolean>inTransaction(tx -> one.operations.cancel(tx, id, "principal/bob")))
                .isFalse();
    }

    @Test
    void cancelling_what_never_began_ends_it_without_running_it_even_when_no_place_is_free() {
        CountDownLatch begun = new CountDownLatch(1);
        List<UUID> ran = new CopyOnWriteArrayList<>();
        Script script = new Script("copy", 1, context -> {
            ran.add(context.id());
            begun.countDown();
            return untilStopped(context);
        });
        OperationsInstance one = instance(script);
        UUID first = UUID.randomUUID();
        UUID queued = UUID.randomUUID();
        submit(one, first, "copy", "shop");
        awaitLatch(begun);
        submit(one, queued, "copy", "shop");

        one.database.useTransaction(tx -> one.operations.cancel(tx, queued, "principal/bob"));

        awaitEnd(queued, "cancelled");
        assertThat(ran).containsExactly(first);
        assertThat(script.ended).containsExactly(new Script.Ended(queued, Ending.CANCELLED, "operation.cancelled"));
    }

    @Test
    void a_deadline_ends_what_runs_and_what_still_waits() {
        CountDownLatch begun = new CountDownLatch(1);
        Script script = new Script("copy", 1, context -> {
            begun.countDown();
            return untilStopped(context);
        });
        OperationsInstance one = instance(script);
        UUID running = UUID.randomUUID();
        UUID queued = UUID.randomUUID();
        Instant deadline = clock.instant().plus(Duration.ofHours(1));
        one.database.useTransaction(
                tx -> one.operations.submit(tx, new Operations.Request(running, "copy", "shop", deadline)));
        awaitLatch(begun);
        one.database.useTransaction(
                tx -> one.operations.submit(tx, new Operations.Request(queued, "copy", "shop", deadline)));

        clock.tick(Duration.ofHours(2));

        awaitEnd(running, "deadline");
        awaitEnd(queued, "deadline");
        assertThat(script.ended)
                .containsExactlyInAnyOrder(
                        new Script.Ended(running, Ending.DEADLINE, "operation.deadline"),
                        new Script.Ended(queued, Ending.DEADLINE, "operation.deadline"));
    }

    @Test
    void waking_ends_a_wait_also_when_it_comes_before_the_wait_begins() throws Exception {
        CyclicBarrier wokenMeanwhile = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        OperationsInstance one = instance(new Script("copy", 1, context -> {
            if (runs.incrementAndGet() == 1) {
                wokenMeanwhile.await(30, TimeUnit.SECONDS);
                wokenMeanwhile.await(30, TimeUnit.SECONDS);
            }
            return runs.get() < 3 ? Step.waitFor(Duration.ofDays(1)) : Step.done();
        }));
        UUID id = UUID.randomUUID();
        submit(one, id, "copy", "shop");
        wokenMeanwhile.await(30, TimeUnit.SECONDS);

        one.database.useTransaction(tx -> one.operations.wake(tx, id));
        wokenMeanwhile.await(30, TimeUnit.SECONDS);

        await().until(() -> runs.get() == 2 && count("select count(*) from operation where state = 'waiting'") == 1);
        one.database.useTransaction(tx -> one.operations.wake(tx, id));
        awaitEnd(id, "done");
        assertThat(runs.get()).isEqualTo(3);
    }

    @Test
    void the_sweep_finds_what_nobody_was_woken_for() {
        OperationsInstance one = instance(new Script("copy", 1, context -> effect(context, "copied")));
        UUID id = UUID.randomUUID();

        one.database.useTransaction(tx -> {
            one.operations.submit(tx, new Operations.Request(id, "copy", "shop", null));
            // As if Quartz had fired it in a process that died before it could claim.
            one.database.run(() -> {
                tx.execute("delete from qrtz_simple_triggers");
                tx.execute("delete from qrtz_triggers");
                tx.execute("delete from qrtz_job_details");
            });
        });

        awaitEnd(id, "done");
        assertThat(effects(id)).hasSize(1);
    }

    @Test
    void an_instance_that_is_stopped_hands_its_work_over_at_once_and_as_the_same_attempt() throws Exception {
        UnaryOperator<OperationSettings> longLease = settings -> new OperationSettings(
                settings.instance(),
                settings.service(),
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                settings.sweep(),
                settings.cap(),
                settings.shutdownGrace(),
                settings.folder());
        CountDownLatch begun = new CountDownLatch(1);
        OperationsInstance first = instance(longLease, List.of(new Script("copy", 1, context -> {
            begun.countDown();
            return untilStopped(context);
        })));
        UUID id = UUID.randomUUID();
        submit(first, id, "copy", "shop");
        awaitLatch(begun);
        AtomicReference<String> second = new AtomicReference<>();
        instance(longLease, List.of(new Script("copy", 1, context -> {
            second.set(context.epoch() + "/" + context.attempt());
            return effect(context, "copied");
        })));

        instances.remove(first);
        first.close();

        awaitEnd(id, "done");
        assertThat(second.get()).isEqualTo("2/1");
    }

    @Test
    void an_owner_that_was_replaced_changes_nothing() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        OperationsInstance old = instance(new Script("copy", 1, context -> {
            begun.countDown();
            awaitLatch(replaced);
            try {
                return effect(context, "by the old owner");
            } catch (LeaseLost e) {
                refusal.set(e);
                throw e;
            } finally {
                refused.countDown();
            }
        }));
        UUID id = UUID.randomUUID();
        submit(old, id, "copy", "shop");
        awaitLatch(begun);
        instance(new Script("copy", 1, context -> {
            replaced.countDown();
            awaitLatch(refused);
            return effect(context, "by the new owner");
        }));

        // As if it had been silent for longer than its lease, while its heart goes on beating.
        database.useTransaction(tx -> tx.execute(
                "update operation set state = 'waiting', owner = null, lease_until = null where id = ?", id));

        awaitEnd(id, "done");
        assertThat(refusal.get()).isInstanceOf(LeaseLost.class);
        assertThat(effects(id)).containsExactly("by the new owner");
        assertThat(count("select epoch from operation")).isEqualTo(2);
    }

    @Test
    void no_more_than_the_cap_runs_for_a_cluster_however_much_waits() {
        CountDownLatch goOn = new CountDownLatch(1);
        Script script = new Script("copy", 2, context -> {
            if (context.cluster().equals("shop")) {
                awaitLatch(goOn);
            }
            return effect(context, "copied");
        });
        OperationsInstance one = instance(script);
        instance(script);
        for (int i = 0; i < 6; i++) {
            submit(one, UUID.randomUUID(), "copy", "shop");
        }
        await().until(() -> count("select count(*) from operation where state = 'running'") == 2);
        UUID other = UUID.randomUUID();

        submit(one, other, "copy", "other");

        // What came later and is not held back has passed those that wait.
        awaitEnd(other, "done");
        assertThat(count("select count(*) from operation where state = 'running'"))
                .isEqualTo(2);
        assertThat(count("select count(*) from operation where state = 'waiting'"))
                .isEqualTo(4);
        goOn.countDown();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> count("select count(*) from operation where outcome = 'done'") == 7);
    }

    @Test
    void standing_work_takes_no_place_from_work_that_ends_and_has_a_short_lease() {
        UnaryOperator<OperationSettings> onePlace = settings -> new OperationSettings(
                settings.instance(),
                settings.service(),
                settings.lease(),
                Duration.ofMillis(300),
                Duration.ofMillis(500),
                1,
                settings.shutdownGrace(),
                settings.folder());
        OperationsInstance one = instance(
                onePlace,
                List.of(
                        Script.standing("follow", OperationsIT::untilStopped),
                        new Script("copy", 1, context -> effect(context, "copied"))));
        submit(one, UUID.randomUUID(), "follow", "shop");
        submit(one, UUID.randomUUID(), "follow", "other");
        await().until(() -> count("select count(*) from operation where state = 'running'") == 2);
        String shortOnes = "select count(*) from operation where state = 'running'"
                + " and lease_until < clock_timestamp() + interval '8.5 s'";
        assertThat(count(shortOnes)).isEqualTo(2);
        UUID copy = UUID.randomUUID();

        submit(one, copy, "copy", "shop");

        awaitEnd(copy, "done");
        assertThat(count(shortOnes)).as("also after renewals").isEqualTo(2);
    }

    @Test
    void progress_is_shown_with_its_rate() {
        CountDownLatch looked = new CountDownLatch(1);
        OperationsInstance one = instance(new Script("copy", 1, context -> {
            for (long bytes = 0; looked.getCount() > 0; bytes += 1_000_000) {
                context.progress(new Progress("copying", bytes, 1L << 40));
                looked.await(20, TimeUnit.MILLISECONDS);
            }
            return Step.done();
        }));
        UUID id = UUID.randomUUID();
        submit(one, id, "copy", "shop");

        await().until(() -> view(one, id).bytesPerSecond() > 0);
        Operations.View view = view(one, id);
        looked.countDown();

        assertThat(view.state()).isEqualTo("running");
        assertThat(view.progress().phase()).isEqualTo("copying");
        assertThat(view.bytesPerSecond()).isBetween(1_000_000L, 50_000_000L);
        awaitEnd(id, "done");
        assertThat(view(one, id).bytesPerSecond()).isZero();
    }

    @Test
    void the_scratch_folder_can_be_passed_by_others_and_is_gone_after_the_run() throws Exception {
        UUID id = UUID.randomUUID();
        Path left = folder.resolve(id.toString()).resolve("0").resolve("deep");
        Files.createDirectories(left);
        Files.writeString(left.resolve("left by an owner that died"), "…");
        AtomicReference<Path> scratch = new AtomicReference<>();
        AtomicReference<String> mode = new AtomicReference<>();
        OperationsInstance one = instance(new Script("copy", 1, context -> {
            assertThat(left).doesNotExist();
            scratch.set(context.scratch());
            Files.writeString(scratch.get().resolve("file"), "…");
            mode.set(java.nio.file.attribute.PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(scratch.get())));
            return Step.done();
        }));

        submit(one, id, "copy", "shop");

        awaitEnd(id, "done");
        assertThat(scratch.get()).isEqualTo(folder.resolve(id.toString()).resolve("1"));
        assertThat(mode.get()).isEqualTo("rwx--x--x");
        await().until(() -> !Files.exists(folder.resolve(id.toString())));
    }

    private OperationsInstance instance(Script script) {
        return instance(AS_THEY_ARE, List.of(script));
    }

    private OperationsInstance instance(
            UnaryOperator<OperationSettings> adjust, List<? extends OperationHandler> handlers) {
        OperationsInstance instance =
                new OperationsInstance(new PlainDatabase(place), clock, folder, handlers, adjust).start();
        instances.add(instance);
        return instance;
    }

    private static boolean submit(OperationsInstance instance, UUID id, String kind, String cluster) {
        return instance.database.inTransaction(
                tx -> instance.operations.submit(tx, new Operations.Request(id, kind, cluster, null)));
    }

    private static Step effect(OperationContext context, String what) {
        context.write(tx -> tx.execute(
                "insert into effect (operation, epoch, what) values (?, ?, ?)", context.id(), context.epoch(), what));
        return Step.done();
    }

    private static Step untilStopped(OperationContext context) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (!never.await(10, TimeUnit.MILLISECONDS)) {
            context.check();
        }
        return Step.done();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitEnd(UUID id, String outcome) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> text("select coalesce(outcome, state) from operation where id = ?", id), outcome::equals);
    }

    private static Operations.View view(OperationsInstance instance, UUID id) {
        return instance.database.inTransaction(
                tx -> instance.operations.find(tx, id).orElseThrow());
    }

    private List<String> effects(UUID id) {
        return database.inTransaction(tx -> tx.createQuery("select what from effect where operation = :id")
                .bind("id", id)
                .mapTo(String.class)
                .list());
    }

    private long count(String sql) {
        return database.inTransaction(
                tx -> tx.createQuery(sql).mapTo(Long.class).one());
    }

    private String text(String sql, UUID id) {
        return database.inTransaction(
                tx -> tx.select(sql, id).mapTo(String.class).one());
    }
}
