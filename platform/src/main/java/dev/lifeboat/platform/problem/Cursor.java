package dev.lifeboat.platform.problem;

import dev.lifeboat.schemas.Failure;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Where a page ended: the values that its list is ordered by, of the last item. Opaque to callers, who send back what
 * they got.
 */
public record Cursor(List<String> values) {
    private static final char BETWEEN = '\u001f';

    public Cursor {
        values = List.copyOf(values);
    }

    /** At an item with these values. */
    public static Cursor at(Object... values) {
        return new Cursor(java.util.Arrays.stream(values).map(String::valueOf).toList());
    }

    /**
     * What a caller sent.
     *
     * @param parts how many values it must have
     * @return empty if there is no cursor: the list from its beginning
     * @throws Problem 400 {@code page.cursor} if we never gave this to anybody
     */
    public static Optional<Cursor> decode(String encoded, int parts) {
        if (encoded == null || encoded.isEmpty()) {
            return Optional.empty();
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            Cursor cursor = new Cursor(List.of(text.split(String.valueOf(BETWEEN), -1)));
            if (cursor.values().size() == parts) {
                return Optional.of(cursor);
            }
        } catch (IllegalArgumentException e) {
            throw unknown(encoded);
        }
        throw unknown(encoded);
    }

    /**
     * What a caller sent for a list that is ordered by id.
     *
     * @throws Problem 400 {@code page.cursor} if we never gave this to anybody
     */
    public static Optional<UUID> decodeId(String encoded) {
        return decode(encoded, 1).map(cursor -> cursor.read(() -> cursor.id(0)));
    }

    /**
     * What a caller sent for a list that is ordered by a moment, and within one moment by id.
     *
     * @throws Problem 400 {@code page.cursor} if we never gave this to anybody
     */
    public static Optional<Moment> decodeMoment(String encoded) {
        return decode(encoded, 2)
                .map(cursor -> cursor.read(
                        () -> new Moment(Instant.parse(cursor.values().getFirst()), cursor.id(1))));
    }

    /** The last item of a page of a list that is ordered by a moment, and within one moment by id. */
    public record Moment(Instant at, UUID id) {}

    private UUID id(int part) {
        return UUID.fromString(values.get(part));
    }

    private <T> T read(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException | DateTimeException ofAnotherList) {
            throw unknown(encoded());
        }
    }

    /** As it travels. */
    public String encoded() {
        String text = String.join(String.valueOf(BETWEEN), values);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Problem unknown(String encoded) {
        return Problem.of(
                400,
                new Failure(
                        "page.cursor",
                        "The cursor is none of this list.",
                        "the value of next of the page before",
                        encoded,
                        "Begin again without a cursor."));
    }
}
