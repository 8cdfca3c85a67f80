package dev.lifeboat.backup.retention;

import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

/** The run after which a page begins. */
record RunCursor(Instant requestedAt, UUID id) {

    static Cursor after(RetentionRun run) {
        return Cursor.at(run.requestedAt(), run.id());
    }

    /**
     * As it came back.
     *
     * @throws Problem 400 {@code page.cursor} if it is of another list
     */
    static RunCursor of(Cursor cursor) {
        try {
            return new RunCursor(
                    Instant.parse(cursor.values().get(0)),
                    UUID.fromString(cursor.values().get(1)));
        } catch (IllegalArgumentException | DateTimeException other) {
            throw Problem.of(
                    400,
                    new Failure(
                            "page.cursor",
                            "The cursor is none of this list.",
                            "the value of next of the page before",
                            String.join(" ", cursor.values()),
                            "Begin again without a cursor."));
        }
    }
}
