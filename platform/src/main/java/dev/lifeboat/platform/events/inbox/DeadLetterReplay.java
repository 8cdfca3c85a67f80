package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.events.MissingPrerequisite;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Takes dead letters after all, when what was wrong is mended; or closes them for good. */
@ApplicationScoped
class DeadLetterReplay {
    private static final Logger LOG = Logger.getLogger(DeadLetterReplay.class);

    private final Database database;
    private final Steps steps;
    private final UnknownEvents unknown;
    private final InstantSource clock;

    DeadLetterReplay(Database database, Steps steps, UnknownEvents unknown, InstantSource clock) {
        this.database = database;
        this.steps = steps;
        this.unknown = unknown;
        this.clock = clock;
    }

    /**
     * Takes it now: by the consumer that failed on it, or, where nobody could read it, by all who want it.
     *
     * @throws Problem 404 if there is none, 409 if it still cannot be taken; then nothing has changed
     */
    DeadLetter replay(UUID id, String who) {
        try {
            return database.inTransaction(handle -> {
                DeadLetter letter = open(handle, id);
                steps.of(origin(letter))
                        .filter(step -> concerns(letter, step))
                        .forEach(step -> take(handle, letter, step));
                return close(handle, id, "replayed", who, null);
            });
        } catch (Problem problem) {
            throw problem;
        } catch (MissingPrerequisite missing) {
            throw still(id, "dead-letter.prerequisite-missing", missing.getMessage(), "Replay it when that is there.");
        } catch (RuntimeException e) {
            if (DatabaseFaults.passes(e)) {
                throw e;
            }
            LOG.errorf(e, "dead letter %s still cannot be taken", id);
            throw still(id, "dead-letter.consumer-fails", e.toString(), "Mend the consumer; its log tells more.");
        }
    }

    /**
     * Closes it without taking it; what it put in doubt is trusted again on this person's word.
     *
     * @throws Problem 404 if there is none, 409 if it is closed
     */
    DeadLetter dismiss(UUID id, String who, String reason) {
        return database.inTransaction(handle -> {
            DeadLetter letter = open(handle, id);
            return close(handle, letter.id(), "dismissed", who, reason);
        });
    }

    private void take(Handle transaction, DeadLetter letter, Step step) {
        switch (step) {
            case Step.Take take -> {
                if (!InboxTable.claim(transaction, Set.of(take.claim())).isEmpty()) {
                    Delivery.of(take, transaction);
                }
            }
            case Step.Keep keep -> unknown.keep(transaction, keep);
            case Step.PutAside aside ->
                throw still(
                        letter.id(),
                        "dead-letter.still-unreadable",
                        aside.refused().reason() + " (" + aside.refused().code() + ")",
                        "Replay it with a version that can read it, or dismiss it and let its owner say it again.");
        }
    }

    private static boolean concerns(DeadLetter letter, Step step) {
        return letter.consumer() == null
                || !(step instanceof Step.Take take)
                || take.consumer().name().equals(letter.consumer());
    }

    private DeadLetter open(Handle transaction, UUID id) {
        DeadLetter letter =
                DeadLetterTable.lock(transaction, id).orElseThrow(() -> Problem.notFound("dead-letter", id.toString()));
        if (!letter.state().equals("open")) {
            throw Problem.of(
                    409,
                    new Failure(
                            "dead-letter.closed",
                            "The dead letter was closed by " + letter.closedBy() + ".",
                            "state open",
                            "state " + letter.state(),
                            "Nothing is left to do."));
        }
        return letter;
    }

    private DeadLetter close(Handle transaction, UUID id, String as, String who, String reason) {
        DeadLetterTable.close(transaction, id, as, who, reason, clock.instant());
        return DeadLetterTable.find(transaction, id).orElseThrow();
    }

    private static Origin origin(DeadLetter letter) {
        return new Origin(letter.topic(), letter.partition(), letter.offset(), letter.key(), letter.event());
    }

    private static Problem still(UUID id, String code, String found, String hint) {
        return Problem.of(
                409,
                new Failure(
                        code, "Dead letter " + id + " still cannot be taken.", "an event that is taken", found, hint));
    }
}
