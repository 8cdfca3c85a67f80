package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.events.EventSettings;
import dev.lifeboat.platform.events.MissingPrerequisite;
import dev.lifeboat.platform.events.inbox.ParkedEvents.Head;
import dev.lifeboat.platform.events.inbox.ParkedEvents.Parked;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Tries parked events again: the first of each line, and those behind it as long as they go through. Another instance's
 * event may be what one waits for, so each instance looks, and a locked row is left to who is at it.
 */
@ApplicationScoped
class ParkedRetry {
    private static final Logger LOG = Logger.getLogger(ParkedRetry.class);
    private static final int LINES = 200;
    private static final Duration NO_SOONER = Duration.ofMillis(200);

    private final Database database;
    private final ParkedEvents parked;
    private final Steps steps;
    private final DeadLetters deadLetters;
    private final EventSettings settings;
    private long lastPass = System.nanoTime() - NO_SOONER.toNanos();

    ParkedRetry(Database database, ParkedEvents parked, Steps steps, DeadLetters deadLetters, EventSettings settings) {
        this.database = database;
        this.parked = parked;
        this.steps = steps;
        this.deadLetters = deadLetters;
        this.settings = settings;
    }

    /** After other events came; not more often than makes sense. */
    void afterOthers() {
        if (System.nanoTime() - lastPass >= NO_SOONER.toNanos()) {
            pass();
        }
    }

    /** All lines, once. A fault of the database ends the pass; the next one goes on. */
    void pass() {
        try {
            Step.Line behind = null;
            List<Head> heads;
            do {
                Step.Line from = behind;
                heads = database.inTransaction(handle -> parked.heads(handle, from, LINES));
                heads.forEach(this::line);
                behind = heads.isEmpty() ? null : heads.getLast().line();
            } while (heads.size() == LINES);
        } catch (RuntimeException e) {
            if (!DatabaseFaults.passes(e)) {
                throw e;
            }
            LOG.debug("parked events are tried again when the database is back", e);
        } finally {
            lastPass = System.nanoTime();
        }
    }

    private void line(Head first) {
        Optional<Head> next = Optional.of(first);
        while (next.isPresent() && leavesTheLine(next.get())) {
            Head gone = next.get();
            next = database.inTransaction(handle -> parked.next(handle, gone));
        }
    }

    private boolean leavesTheLine(Head head) {
        RuntimeException last = null;
        for (int attempt = 0; attempt < settings.attempts(); attempt++) {
            try {
                return database.inTransaction(handle -> take(handle, head));
            } catch (MissingPrerequisite stillMissing) {
                return database.inTransaction(handle -> buryIfExpired(handle, head, stillMissing.getMessage()));
            } catch (RuntimeException e) {
                if (DatabaseFaults.passes(e)) {
                    throw e;
                }
                last = e;
            }
        }
        RuntimeException cause = last;
        LOG.errorf(
                cause,
                "%s fails on a parked event of %s",
                head.line().consumer(),
                head.line().subject());
        return database.inTransaction(handle -> bury(handle, head, "event.consumer-failed", String.valueOf(cause)));
    }

    private boolean take(Handle transaction, Head head) {
        Optional<Parked> locked = parked.lock(transaction, head.position());
        if (locked.isEmpty()) {
            return false;
        }
        Optional<Step.Take> take = takeOf(locked.get());
        if (take.isEmpty()) {
            throw new MissingPrerequisite(
                    "this version has no consumer " + head.line().consumer() + " that takes it");
        }
        if (!InboxTable.claim(transaction, Set.of(take.get().claim())).isEmpty()) {
            Delivery.of(take.get(), transaction);
        }
        parked.delete(transaction, head.position());
        return true;
    }

    private boolean buryIfExpired(Handle transaction, Head head, String reason) {
        return parked.lock(transaction, head.position())
                .filter(parked::expired)
                .map(expired -> bury(
                        transaction,
                        head,
                        "event.prerequisite-missing",
                        "waited until " + expired.deadline() + ": " + reason))
                .orElse(false);
    }

    private boolean bury(Handle transaction, Head head, String code, String reason) {
        return parked.lock(transaction, head.position())
                .map(found -> {
                    deadLetters.failed(transaction, found.origin(), found.consumer(), code, reason);
                    parked.delete(transaction, head.position());
                    return true;
                })
                .orElse(false);
    }

    private Optional<Step.Take> takeOf(Parked event) {
        return steps.of(event.origin())
                .filter(Step.Take.class::isInstance)
                .map(Step.Take.class::cast)
                .filter(take -> take.consumer().name().equals(event.consumer()))
                .findFirst();
    }
}
