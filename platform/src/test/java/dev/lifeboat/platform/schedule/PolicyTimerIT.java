package dev.lifeboat.platform.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.plain.PlainDatabase;
import dev.lifeboat.platform.plain.PlainQuartz;
import dev.lifeboat.platform.time.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PolicyTimerIT {
    private static final String KEY = "shop/nightly";
    private static final Duration DAY = Duration.ofDays(1);

    private final AtomicInteger refusals = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private PlainDatabase database;
    private Scheduler scheduler;
    private JdbcPolicyTimer timer;

    @BeforeEach
    void emptyDatabase() throws SchedulerException {
        database = new PlainDatabase(LocalParts.shared().newDatabase("timers")).migrate();
        database.useTransaction(
                tx -> tx.execute("create table said (position serial, what text, due_at timestamptz, actor text)"));
        scheduler = PlainQuartz.scheduler("timers/" + UUID.randomUUID(), database);
        timer = timer(() -> now);
    }

    @AfterEach
    void end() throws SchedulerException {
        scheduler.shutdown(true);
        database.close();
    }

    @Test
    void is_due_once_at_each_moment_and_in_the_name_of_the_policy() {
        arm(policy("0 2 * * *", Misfires.Policy.SKIP));
        assertThat(nextDue()).contains(Instant.parse("2026-11-22T02:00:00Z"));

        sweepAt("2026-11-22T01:59:59Z");
        assertThat(said()).isEmpty();
        sweepAt("2026-11-22T02:00:06Z");
        sweepAt("2026-11-22T02:00:07Z");
        sweepAt("2026-11-23T02:00:06Z");

        assertThat(said()).containsExactly("due 2026-11-22T02:00:00Z", "due 2026-11-23T02:00:00Z");
        assertThat(nextDue()).contains(Instant.parse("2026-11-24T02:00:00Z"));
        assertThat(text("select distinct actor from said")).isEqualTo("policy/" + KEY);
    }

    @Test
    void two_instances_that_see_it_at_once_run_it_once() throws Exception {
        arm(policy("0 2 * * *", Misfires.Policy.SKIP));
        now = Instant.parse("2026-11-22T02:00:06Z");
        JdbcPolicyTimer other = timer(() -> now);
        CyclicBarrier together = new CyclicBarrier(2);

        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> both = new ArrayList<>();
            for (JdbcPolicyTimer each : List.of(timer, other)) {
                both.add(threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    each.sweep();
                    return null;
                }));
            }
            for (Future<?> each : both) {
                each.get(30, TimeUnit.SECONDS);
            }
        }

        assertThat(said()).containsExactly("due 2026-11-22T02:00:00Z");
    }

    @Test
    void after_downtime_run_once_runs_the_newest_and_reports_the_others() {
        arm(policy("0 2 * * *", Misfires.Policy.RUN_ONCE));

        sweepAt("2026-11-24T12:00:00Z");

        assertThat(said())
                .containsExactly(
                        "missed 2026-11-22T02:00:00Z", "missed 2026-11-23T02:00:00Z", "due 2026-11-24T02:00:00Z");
    }

    @Test
    void after_downtime_skip_reports_all() {
        arm(policy("0 2 * * *", Misfires.Policy.SKIP));

        sweepAt("2026-11-23T12:00:00Z");

        assertThat(said()).containsExactly("missed 2026-11-22T02:00:00Z", "missed 2026-11-23T02:00:00Z");
        assertThat(nextDue()).contains(Instant.parse("2026-11-24T02:00:00Z"));
    }

    @Test
    void a_month_of_minutes_is_reported_to_the_last() {
        arm(policy("* * * * *", Misfires.Policy.SKIP));

        now = now.plus(DAY.multipliedBy(3));
        timer.sweep();

        // All but the last, which is in time.
        assertThat(text("select count(*) from said where what = 'missed'"))
                .isEqualTo(Integer.toString(3 * 24 * 60 - 1));
        assertThat(text("select count(*) from said where what = 'due'")).isEqualTo("1");
        assertThat(text("select count(distinct due_at) from said")).isEqualTo(Integer.toString(3 * 24 * 60));
    }

    @Test
    void the_jitter_delays_the_run_and_not_the_moment_that_it_is_for() {
        arm(new PolicyTimer.Timed(
                KEY,
                "test",
                "0 2 * * *",
                ZoneOffset.UTC,
                Duration.ofMinutes(7),
                Misfires.Policy.SKIP,
                Duration.ofMinutes(1)));

        sweepAt("2026-11-22T02:06:59Z");
        assertThat(said()).isEmpty();
        sweepAt("2026-11-22T02:07:06Z");

        assertThat(said()).containsExactly("due 2026-11-22T02:00:00Z");
    }

    @Test
    void arming_again_neither_repeats_nor_loses_a_run() {
        arm(policy("0 2 * * *", Misfires.Policy.SKIP));
        sweepAt("2026-11-22T02:00:06Z");

        arm(policy("0 2 * * *", Misfires.Policy.RUN_ONCE));
        now = Instant.parse("2026-11-23T02:00:01Z");
        arm(policy("0 2 * * *", Misfires.Policy.RUN_ONCE));
        sweepAt("2026-11-23T02:00:06Z");

        assertThat(said()).containsExactly("due 2026-11-22T02:00:00Z", "due 2026-11-23T02:00:00Z");
    }

    @Test
    void a_new_schedule_counts_from_now_and_what_the_old_one_was_due_for_is_dealt_with_first() {
        arm(policy("0 2 * * *", Misfires.Policy.SKIP));

        now = Instant.parse("2026-11-23T02:00:30Z");
        arm(policy("0 1 * * *", Misfires.Policy.SKIP));
        sweepAt("2026-11-24T01:00:06Z");

        assertThat(said())
                .containsExactly("missed 2026-11-22T02:00:00Z", "due 2026-11-23T02:00:00Z", "due 2026-11-24T01:00:00Z");
    }

    @Test
    void disarming_reports_what_was_due_and_leaves_nothing() {
        arm(policy("0 2 * * *", Misfires.Policy.RUN_ONCE));

        now = Instant.parse("2026-11-22T02:00:01Z");
        database.useTransaction(tx -> timer.disarm(tx, KEY));
        sweepAt("2026-11-25T12:00:00Z");

        assertThat(said()).containsExactly("missed 2026-11-22T02:00:00Z");
        assertThat(nextDue()).isEmpty();
        assertThat(text("select count(*) from qrtz_job_details")).isEqualTo("0");
    }

    @Test
    void a_run_that_could_not_be_begun_is_begun_with_the_next_sweep() {
        arm(policy("0 2 * * *", Misfires.Policy.SKIP));
        refusals.set(1);

        sweepAt("2026-11-22T02:00:06Z");
        assertThat(said()).isEmpty();
        sweepAt("2026-11-22T02:00:11Z");

        assertThat(said()).containsExactly("due 2026-11-22T02:00:00Z");
    }

    @Test
    void quartz_wakes_it_at_its_moment() throws Exception {
        // A clock that stands half a second before the minute when the test begins, and runs from there.
        Duration ahead = Duration.between(
                Instant.now(), now.truncatedTo(ChronoUnit.MINUTES).minusMillis(500));
        timer = timer(() -> Instant.now().plus(ahead));
        scheduler.setJobFactory((bundle, owner) -> new WakeupJob(List.of(timer)));
        scheduler.start();

        arm(policy("* * * * *", Misfires.Policy.SKIP));

        await().atMost(Duration.ofSeconds(60)).until(() -> said().size() == 1);
        assertThat(said()).containsExactly("due 2026-11-21T12:00:00Z");
    }

    @Test
    void an_unknown_owner_or_a_bad_schedule_is_refused() {
        assertThatThrownBy(() -> arm(new PolicyTimer.Timed(
                        KEY, "nobody", "0 2 * * *", ZoneOffset.UTC, Duration.ZERO, Misfires.Policy.SKIP, DAY)))
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> arm(policy("@daily", Misfires.Policy.SKIP))).hasMessageContaining("nicknames");
        assertThat(nextDue()).isEmpty();
    }

    private JdbcPolicyTimer timer(InstantSource clock) {
        return new JdbcPolicyTimer(
                database, new QuartzWakeups(scheduler, database), clock, new Ids(clock), List.of(new Sayer()));
    }

    private static PolicyTimer.Timed policy(String cron, Misfires.Policy misfire) {
        return new PolicyTimer.Timed(
                KEY, "test", cron, ZoneOffset.UTC, Duration.ZERO, misfire, PolicyTimer.USUAL_GRACE);
    }

    private void arm(PolicyTimer.Timed policy) {
        database.useTransaction(tx -> timer.arm(tx, policy));
    }

    private Optional<Instant> nextDue() {
        return database.inTransaction(tx -> timer.nextDue(tx, KEY));
    }

    private void sweepAt(String time) {
        now = Instant.parse(time);
        timer.sweep();
    }

    private List<String> said() {
        return database.inTransaction(tx -> tx.createQuery("select what, due_at from said order by position")
                .map((row, context) ->
                        row.getString("what") + " " + row.getTimestamp("due_at").toInstant())
                .list());
    }

    private String text(String sql) {
        return database.inTransaction(
                tx -> tx.createQuery(sql).mapTo(String.class).one());
    }

    private final class Sayer implements PolicyTimerHandler {
        @Override
        public String owner() {
            return "test";
        }

        @Override
        public void due(String policyKey, Instant dueAt, Handle transaction) {
            say(transaction, "due", dueAt);
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("not now");
            }
        }

        @Override
        public void missed(String policyKey, List<Instant> dueAt, Handle transaction) {
            dueAt.forEach(each -> say(transaction, "missed", each));
        }

        private static void say(Handle transaction, String what, Instant dueAt) {
            transaction.execute(
                    "insert into said (what, due_at, actor) values (?, ?, ?)",
                    what,
                    dueAt,
                    Correlation.current().map(Correlation::actor).orElse(null));
        }
    }
}
