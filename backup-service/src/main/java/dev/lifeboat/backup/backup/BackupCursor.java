package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

/** The backup after which a page begins. */
record BackupCursor(Instant requestedAt, UUID id) {

    /** After this one. */
    static BackupCursor at(Backup backup) {
        return new BackupCursor(backup.requestedAt(), backup.id());
    }

    /**
     * As it came back.
     *
     * @throws Problem 400 {@code page.cursor} if it is of another list
     */
    static BackupCursor of(Cursor cursor) {
        try {
            return new BackupCursor(
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

    /** As it travels. */
    Cursor cursor() {
        return Cursor.at(requestedAt, id);
    }
}
