package dev.lifeboat.backup.restorepoint;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * Holds a request until its restore point is durable. Whoever waits is about to do what cannot be undone: everything but
 * durable is an error.
 */
@ApplicationScoped
class RestorePointWait {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int LONGEST_SECONDS = 300;

    private final Database database;
    private final RestorePoints points;
    private final InstantSource clock;

    RestorePointWait(Database database, RestorePoints points, InstantSource clock) {
        this.database = database;
        this.points = points;
        this.clock = clock;
    }

    /**
     * How long somebody wants to wait.
     *
     * @param seconds as asked; null for not at all
     * @throws Problem 400 if that is no number of seconds that a request is held
     */
    static Duration asked(String seconds) {
        if (seconds == null) {
            return Duration.ZERO;
        }
        if (!seconds.matches("\\d{1,3}") || Integer.parseInt(seconds) > LONGEST_SECONDS) {
            throw Problem.of(
                    400,
                    new Failure(
                            "restore-point.bad-wait",
                            "A request cannot be held so long.",
                            "wait=0 to " + LONGEST_SECONDS + ", in seconds",
                            seconds,
                            "Wait less, and look at the restore point's Location again."));
        }
        return Duration.ofSeconds(Integer.parseInt(seconds));
    }

    /**
     * Waits.
     *
     * @throws Problem 409 if it failed, 504 if no store has it yet: then it may still become durable
     */
    RestorePoint untilDurable(UUID id, Duration atMost) throws InterruptedException {
        var until = clock.instant().plus(atMost);
        while (true) {
            Optional<RestorePoint> found = database.inTransaction(transaction -> points.find(transaction, id));
            RestorePoint now = found.orElseThrow(() -> Problem.notFound("restore-point", id.toString()));
            if (now.durableAt().isPresent()) {
                return now;
            }
            if (now.state() == RestorePoint.State.FAILED) {
                throw Problem.of(409, now.failure().orElseThrow());
            }
            if (!clock.instant().isBefore(until)) {
                throw Problem.of(504, notYet(now, atMost));
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private static Failure notYet(RestorePoint now, Duration waited) {
        return new Failure(
                "restore-point.not-durable-yet",
                "No repository has the WAL that holds the restore point yet: it would be lost with the server.",
                "durable within " + waited.toSeconds() + " s",
                now.state().text(),
                "Do not begin what it is for. GET /api/v1/clusters/" + now.cluster() + "/restore-points/" + now.id()
                        + "?wait=60 waits for it again; where it does not come, look at the cluster's recovery window.");
    }
}
