package dev.lifeboat.platform.schedule;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.time.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Policy timers as rows of {@code policy_timer}, with a wake-up for the next moment of each. */
public final class JdbcPolicyTimer implements PolicyTimer, WakeupTarget {
    static final String GROUP = "policy";
    private static final Logger LOG = Logger.getLogger(JdbcPolicyTimer.class);
    /** Wake-ups that come late are not yet lost. */
    private static final Duration OVERDUE = Duration.ofSeconds(5);

    private record Row(Timed timed, Instant lastHandled, Instant nextDue) {}

    private final Database database;
    private final Wakeups wakeups;
    private final InstantSource clock;
    private final Ids ids;
    private final Map<String, PolicyTimerHandler> handlers;

    /** Timers for the policies of these handlers. */
    public JdbcPolicyTimer(
            Database database,
            Wakeups wakeups,
            InstantSource clock,
            Ids ids,
            Collection<? extends PolicyTimerHandler> handlers) {
        this.database = database;
        this.wakeups = wakeups;
        this.clock = clock;
        this.ids = ids;
        this.handlers =
                handlers.stream().collect(Collectors.toUnmodifiableMap(PolicyTimerHandler::owner, Function.identity()));
    }

    @Override
    public void arm(Handle transaction, Timed policy) {
        handler(policy.owner());
        Instant now = clock.instant();
        Instant handled = now;
        Optional<Row> before = lock(transaction, policy.key());
        if (before.isPresent()) {
            Timed old = before.get().timed();
            boolean sameMoments = old.cron().equals(policy.cron()) && old.zone().equals(policy.zone());
            if (sameMoments) {
                handled = before.get().lastHandled();
            } else {
                // What the old schedule was due for until now is dealt with as it said; from now on the new one counts.
                settle(transaction, before.get(), now, old.misfire(), old.grace());
            }
        }
        Optional<Instant> next = policy.schedule().nextAfter(handled);
        transaction
                .createUpdate(
                        """
                        insert into policy_timer
                            (policy_key, owner, cron, zone, offset_ms, grace_ms, misfire, last_handled, next_due)
                        values (:key, :owner, :cron, :zone, :offset, :grace, :misfire, :handled, :next)
                        on conflict (policy_key) do update set
                            owner = excluded.owner, cron = excluded.cron, zone = excluded.zone,
                            offset_ms = excluded.offset_ms, grace_ms = excluded.grace_ms, misfire = excluded.misfire,
                            last_handled = excluded.last_handled, next_due = excluded.next_due
                        """)
                .bind("key", policy.key())
                .bind("owner", policy.owner())
                .bind("cron", policy.cron())
                .bind("zone", policy.zone().getId())
                .bind("offset", policy.offset().toMillis())
                .bind("grace", policy.grace().toMillis())
                .bind("misfire", policy.misfire().text())
                .bind("handled", handled)
                .bind("next", next.orElse(null))
                .execute();
        wake(policy, next, now);
    }

    @Override
    public void disarm(Handle transaction, String policyKey) {
        // A grace below zero: nothing that is due may begin any more.
        lock(transaction, policyKey)
                .ifPresent(
                        row -> settle(transaction, row, clock.instant(), Misfires.Policy.SKIP, Duration.ofMillis(-1)));
        transaction.execute("delete from policy_timer where policy_key = ?", policyKey);
        wakeups.none(GROUP, policyKey);
    }

    @Override
    public Optional<Instant> nextDue(Handle transaction, String policyKey) {
        return transaction
                .createQuery("select * from policy_timer where policy_key = :key")
                .bind("key", policyKey)
                .map((row, context) -> row(row))
                .findOne()
                .map(Row::nextDue);
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public void woken(String policyKey) {
        Correlation correlation = new Correlation(ids.next().toString(), null, "policy/" + policyKey, null);
        try {
            correlation.call(() -> {
                database.useTransaction(tx -> fire(tx, policyKey));
                return null;
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fires what should have been woken and was not. */
    public void sweep() {
        List<String> overdue = database.inTransaction(tx -> tx.createQuery("select policy_key from policy_timer"
                        + " where next_due + offset_ms * interval '1 millisecond' <= :now order by next_due")
                .bind("now", clock.instant().minus(OVERDUE))
                .mapTo(String.class)
                .list());
        for (String policyKey : overdue) {
            try {
                woken(policyKey);
            } catch (RuntimeException e) {
                // Others are due too; this one comes up again with the next sweep.
                LOG.errorf(e, "the policy %s is due and could not be begun", policyKey);
            }
        }
    }

    private void fire(Handle tx, String policyKey) {
        Optional<Row> found = lock(tx, policyKey);
        if (found.isEmpty()) {
            LOG.debugf("woken for the policy %s, which is not armed any more", policyKey);
            return;
        }
        Row row = found.get();
        Timed timed = row.timed();
        Instant now = clock.instant();
        Misfires.Decision decision = settle(tx, row, now.minus(timed.offset()), timed.misfire(), timed.grace());
        tx.createUpdate("update policy_timer set last_handled = :handled, next_due = :next where policy_key = :key")
                .bind("handled", decision.handledUpTo())
                .bind("next", decision.next().orElse(null))
                .bind("key", policyKey)
                .execute();
        wake(timed, decision.next(), now);
    }

    /** Tells the handler of all that was due up to a moment. */
    private Misfires.Decision settle(Handle tx, Row row, Instant upTo, Misfires.Policy misfire, Duration grace) {
        Timed timed = row.timed();
        PolicyTimerHandler handler = handler(timed.owner());
        Schedule schedule = timed.schedule();
        Instant handled = row.lastHandled();
        Misfires.Decision decision;
        do {
            decision = Misfires.decide(schedule, handled, upTo, misfire, grace);
            if (!decision.missed().isEmpty()) {
                LOG.warnf(
                        "the policy %s missed %d runs, from %s to %s",
                        timed.key(),
                        decision.missed().size(),
                        decision.missed().getFirst(),
                        decision.missed().getLast());
                handler.missed(timed.key(), decision.missed(), tx);
            }
            decision.run().ifPresent(dueAt -> handler.due(timed.key(), dueAt, tx));
            handled = decision.handledUpTo();
        } while (decision.next().filter(next -> !next.isAfter(upTo)).isPresent());
        return decision;
    }

    private void wake(Timed policy, Optional<Instant> next, Instant now) {
        next.ifPresentOrElse(
                due -> wakeups.in(GROUP, policy.key(), Duration.between(now, due.plus(policy.offset()))),
                () -> wakeups.none(GROUP, policy.key()));
    }

    private static Optional<Row> lock(Handle tx, String policyKey) {
        return tx.createQuery("select * from policy_timer where policy_key = :key for update")
                .bind("key", policyKey)
                .map((row, context) -> row(row))
                .findOne();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new Timed(
                        row.getString("policy_key"),
                        row.getString("owner"),
                        row.getString("cron"),
                        ZoneId.of(row.getString("zone")),
                        Duration.ofMillis(row.getLong("offset_ms")),
                        Misfires.Policy.of(row.getString("misfire")),
                        Duration.ofMillis(row.getLong("grace_ms"))),
                row.getTimestamp("last_handled").toInstant(),
                row.getTimestamp("next_due") == null
                        ? null
                        : row.getTimestamp("next_due").toInstant());
    }

    private PolicyTimerHandler handler(String owner) {
        PolicyTimerHandler handler = handlers.get(owner);
        if (handler == null) {
            throw new IllegalArgumentException("no handler for the timers of " + owner);
        }
        return handler;
    }
}
