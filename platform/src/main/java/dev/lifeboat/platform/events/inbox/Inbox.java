package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.events.EventSettings;
import dev.lifeboat.platform.events.MissingPrerequisite;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Takes events: as many as came in one transaction, with their inbox rows. Where one of them fails, those before it are
 * committed, it is dealt with alone, and those behind it go on together.
 */
@ApplicationScoped
class Inbox {
    private static final Logger LOG = Logger.getLogger(Inbox.class);

    private final Database database;
    private final ParkedEvents parked;
    private final UnknownEvents unknown;
    private final DeadLetters deadLetters;
    private final InboxStatus status;
    private final EventSettings settings;

    Inbox(
            Database database,
            ParkedEvents parked,
            UnknownEvents unknown,
            DeadLetters deadLetters,
            InboxStatus status,
            EventSettings settings) {
        this.database = database;
        this.parked = parked;
        this.unknown = unknown;
        this.deadLetters = deadLetters;
        this.status = status;
        this.settings = settings;
    }

    /** How an attempt ended. */
    private sealed interface Outcome {
        record Done() implements Outcome {}

        /** {@code index} is that of the step that failed, or -1 if it was the commit. */
        record Failed(int index, RuntimeException cause) implements Outcome {}
    }

    /**
     * Does all steps, in order; returns when each of them is taken, parked, kept or put aside.
     *
     * @throws InterruptedException if the service ends; what is not done then is done by whoever gets the records next
     */
    void take(List<Step> steps) throws InterruptedException {
        List<Step> rest = steps;
        while (!rest.isEmpty()) {
            if (!(attempt(rest) instanceof Outcome.Failed(int index, RuntimeException cause))) {
                return;
            }
            if (index < 0 && rest.size() > 1) {
                for (Step step : rest) {
                    take(List.of(step));
                }
                return;
            }
            int at = Math.max(index, 0);
            take(rest.subList(0, at));
            alone(rest.get(at), cause);
            rest = rest.subList(at + 1, rest.size());
        }
    }

    /** One transaction; over and over while the database is away. */
    private Outcome attempt(List<Step> steps) throws InterruptedException {
        Backoff backoff = new Backoff(settings.longestPause());
        while (true) {
            AtomicInteger at = new AtomicInteger(-1);
            try {
                database.useTransaction(handle -> {
                    apply(handle, steps, at);
                    at.set(-1);
                });
                status.well();
                return new Outcome.Done();
            } catch (RuntimeException e) {
                if (!DatabaseFaults.passes(e)) {
                    return new Outcome.Failed(at.get(), e);
                }
                if (status.trouble().isEmpty()) {
                    LOG.warnf(e, "events wait in Kafka until they can be taken");
                }
                status.troubled(String.valueOf(e.getMessage()));
                backoff.pause();
            }
        }
    }

    private void apply(Handle transaction, List<Step> steps, AtomicInteger at) {
        Set<Step.Line> lines = takes(steps).stream().map(Step.Take::line).collect(Collectors.toSet());
        Set<Step.Line> waiting = parked.waiting(transaction, lines);
        Set<Step.Claim> fresh = InboxTable.claim(
                transaction,
                takes(steps).stream()
                        .filter(take -> !waiting.contains(take.line()))
                        .map(Step.Take::claim)
                        .collect(Collectors.toSet()));
        for (Step step : steps) {
            at.incrementAndGet();
            switch (step) {
                case Step.Take take
                when waiting.contains(take.line()) ->
                    parked.park(
                            transaction,
                            take,
                            "waits behind an earlier event of " + take.line().subject());
                case Step.Take take -> {
                    if (fresh.remove(take.claim())) {
                        Delivery.of(take, transaction);
                    }
                }
                case Step.Keep keep -> unknown.keep(transaction, keep);
                case Step.PutAside aside -> deadLetters.refused(transaction, aside);
            }
        }
    }

    /** A step that failed among others, or alone. */
    private void alone(Step step, RuntimeException cause) throws InterruptedException {
        if (!(step instanceof Step.Take take)) {
            // Nothing of a consumer's is in it: it is this class that is wrong, and the channel must say so.
            throw cause;
        }
        RuntimeException last = cause;
        for (int attempt = 1; !(last instanceof MissingPrerequisite) && attempt < settings.attempts(); attempt++) {
            if (!(attempt(List.of(take)) instanceof Outcome.Failed failed)) {
                return;
            }
            last = failed.cause();
        }
        setAside(take, last);
    }

    private void setAside(Step.Take take, RuntimeException cause) throws InterruptedException {
        Backoff backoff = new Backoff(settings.longestPause());
        while (true) {
            try {
                database.useTransaction(handle -> {
                    if (cause instanceof MissingPrerequisite missing) {
                        parked.park(handle, take, missing.getMessage());
                    } else {
                        LOG.errorf(
                                cause,
                                "%s fails on event %s (%s)",
                                take.consumer().name(),
                                take.received().event().id(),
                                take.received().event().type());
                        deadLetters.failed(
                                handle,
                                take.origin(),
                                take.consumer().name(),
                                "event.consumer-failed",
                                cause.toString());
                    }
                });
                return;
            } catch (RuntimeException e) {
                if (!DatabaseFaults.passes(e)) {
                    throw e;
                }
                status.troubled(String.valueOf(e.getMessage()));
                backoff.pause();
            }
        }
    }

    private static List<Step.Take> takes(List<Step> steps) {
        return steps.stream()
                .filter(Step.Take.class::isInstance)
                .map(Step.Take.class::cast)
                .toList();
    }
}
