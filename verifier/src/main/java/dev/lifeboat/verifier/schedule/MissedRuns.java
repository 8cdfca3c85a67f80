package dev.lifeboat.verifier.schedule;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.SuspectReadModels;
import dev.lifeboat.platform.schedule.WakeupTarget;
import dev.lifeboat.platform.schedule.Wakeups;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.verifier.schedule.Reconciliation.Moment;
import dev.lifeboat.verifier.schedule.Reconciliation.State;
import dev.lifeboat.verifier.schedule.ScheduleTables.Watched;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Looks again and again for runs that were due and of which nothing was heard, records each in the ledger, and raises a
 * finding. Goes by the schedules that were declared and its own clock alone: whoever should have begun them may be dead.
 */
@ApplicationScoped
class MissedRuns implements WakeupTarget {
    private static final Logger LOG = Logger.getLogger(MissedRuns.class);
    private static final String GROUP = "missed-runs";

    private final Database database;
    private final Wakeups wakeups;
    private final Hearing hearing;
    private final MissedRunRecord record;
    private final MissedRunFindings findings;
    private final InstantSource clock;
    private final Ids ids;
    private final Duration every;
    private final Duration tolerance;
    private final ReentrantLock looking = new ReentrantLock();

    MissedRuns(
            Database database,
            Wakeups wakeups,
            Hearing hearing,
            MissedRunRecord record,
            MissedRunFindings findings,
            InstantSource clock,
            Ids ids,
            @ConfigProperty(name = "lifeboat.missed-runs.every", defaultValue = "PT15S") Duration every,
            @ConfigProperty(name = "lifeboat.missed-runs.tolerance", defaultValue = "PT5M") Duration tolerance) {
        this.database = database;
        this.wakeups = wakeups;
        this.hearing = hearing;
        this.record = record;
        this.findings = findings;
        this.clock = clock;
        this.ids = ids;
        this.every = every;
        this.tolerance = tolerance;
    }

    void start(@Observes StartupEvent event) {
        database.useTransaction(tx -> wakeups.in(GROUP, "sweep", every));
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public void woken(String name) {
        // First of all, so that whatever goes wrong now does not end it.
        database.useTransaction(tx -> wakeups.in(GROUP, name, every));
        // Not on Quartz' few threads: a Kafka that is away is waited for.
        Thread.ofVirtual().name("missed-runs").start(this::look);
    }

    private void look() {
        if (!looking.tryLock()) {
            return;
        }
        try {
            new Correlation(ids.next().toString(), null, "service/verifier", null).call(() -> {
                sweep();
                return null;
            });
        } catch (Exception e) {
            LOG.errorf(e, "runs that were missed could not be looked for; it is tried again in %s", every);
        } finally {
            looking.unlock();
        }
    }

    /** One look at all policies. */
    void sweep() {
        Optional<Instant> heardUpTo = hearing.upTo();
        if (heardUpTo.isEmpty() || !database.inTransaction(record::isOpen)) {
            return;
        }
        for (Watched watched : database.inTransaction(tx -> ScheduleTables.watched(tx, Optional.empty()))) {
            try {
                if (!watched.timetable()
                        .between(watched.settledUntil(), heardUpTo.get())
                        .isEmpty()) {
                    database.useTransaction(tx -> settle(tx, watched, heardUpTo.get()));
                }
            } catch (RuntimeException e) {
                // The others are looked at all the same, and this one again in the next sweep.
                LOG.errorf(
                        e, "runs of %s of %s could not be judged", watched.key().policy(), watched.cluster());
            }
        }
    }

    private void settle(Handle tx, Watched watched, Instant heardUpTo) {
        PolicyKey key = watched.key();
        ScheduleTables.lock(tx, key);
        String cluster = Keys.cluster(watched.cluster());
        if (SuspectReadModels.doubts(tx, RunListener.NAME, cluster)
                || SuspectReadModels.doubts(tx, TimetableReader.NAME, cluster)) {
            LOG.warnf("runs of %s are not judged: an event about it could not be read", watched.cluster());
            return;
        }
        // Read again: what was declared or heard meanwhile is committed now.
        Watched now = ScheduleTables.watched(tx, Optional.of(key.clusterId())).stream()
                .filter(found -> found.key().equals(key))
                .findFirst()
                .orElseThrow();
        List<Moment> moments = reconcile(tx, now, now.settledUntil(), heardUpTo).moments();
        for (Moment moment : moments) {
            if (moment.state() == State.MISSED
                    && !ScheduleTables.missed(tx, key, moment.dueAt().minusNanos(1000), moment.dueAt())
                            .contains(moment.dueAt())) {
                miss(tx, now, moment.dueAt());
            }
        }
        Instant settled = moments.stream()
                .filter(moment -> moment.state() == State.PENDING)
                .map(moment -> moment.dueAt().minusMillis(1))
                .findFirst()
                .orElseGet(() -> moments.isEmpty()
                        ? now.settledUntil()
                        : moments.getLast().dueAt());
        ScheduleTables.settled(tx, key, settled);
    }

    private void miss(Handle tx, Watched watched, Instant dueAt) {
        Instant now = clock.instant();
        long sequence = record.missed(tx, watched.key(), watched.cluster(), dueAt, now);
        ScheduleTables.recordMissed(tx, watched.key(), dueAt, now, sequence);
        LOG.warnf(
                "%s %s of %s, due at %s, was missed",
                watched.key().kind(), watched.key().policy(), watched.cluster(), dueAt);
        if (watched.isDeclared()) {
            findings.missed(tx, watched.key(), watched.cluster(), dueAt);
        }
    }

    /**
     * What became of each run of a policy that was due in {@code (from, to]}, as far as it is decided: what is not on
     * record as missed yet is pending here.
     */
    Reconciliation coverage(Handle handle, Watched watched, Instant from, Instant to) {
        PolicyKey key = watched.key();
        return Reconciliation.of(
                watched.timetable().between(from, to),
                ScheduleTables.heard(handle, key, from, to),
                ScheduleTables.missed(handle, key, from, to),
                tolerance,
                Instant.MIN);
    }

    private Reconciliation reconcile(Handle handle, Watched watched, Instant from, Instant to) {
        PolicyKey key = watched.key();
        return Reconciliation.of(
                watched.timetable().between(from, to),
                ScheduleTables.heard(handle, key, from, to),
                ScheduleTables.missed(handle, key, from, to),
                tolerance,
                to);
    }
}
