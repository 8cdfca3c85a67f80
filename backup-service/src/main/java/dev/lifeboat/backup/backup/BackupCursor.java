package dev.lifeboat.backup.backup;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** Where the next page of backups begins; opaque to who asks. */
public record BackupCursor(Instant requestedAt, UUID id) {

    /** As text for a query parameter. */
    public String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((requestedAt + " " + id).getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads what {@link #text} wrote; empty if it is something else. */
    public static Optional<BackupCursor> parse(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split(" ", -1);
            return parts.length == 2
                    ? Optional.of(new BackupCursor(Instant.parse(parts[0]), UUID.fromString(parts[1])))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException other) {
            return Optional.empty();
        }
    }
}
