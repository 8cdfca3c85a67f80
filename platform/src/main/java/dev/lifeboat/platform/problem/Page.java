package dev.lifeboat.platform.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param items in order
 * @param next what to send as {@code cursor} for those that follow; left out after the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Page<T>(List<T> items, String next) {
    /** Items of a page, if nobody says how many. */
    public static final int USUAL = 50;

    /** Items of a page at most. */
    public static final int MOST = 500;

    public Page {
        items = List.copyOf(items);
    }

    /**
     * The page from what was read with {@code limit + 1}: one item more than is shown tells whether others follow.
     *
     * @param cursor of an item: those that follow it are the next page
     */
    public static <T> Page<T> of(List<T> oneMore, int limit, Function<T, Cursor> cursor) {
        if (oneMore.size() <= limit) {
            return new Page<>(oneMore, null);
        }
        List<T> shown = oneMore.subList(0, limit);
        return new Page<>(shown, cursor.apply(shown.getLast()).encoded());
    }

    /**
     * How many items are wanted.
     *
     * @param asked of the request; null if it does not say
     * @throws Problem 400 {@code page.limit} if that is none or too many
     */
    public static int limit(Integer asked) {
        if (asked == null) {
            return USUAL;
        }
        if (asked < 1 || asked > MOST) {
            throw Problem.of(
                    400,
                    new dev.lifeboat.schemas.Failure(
                            "page.limit",
                            "A page has at least one item, and not too many.",
                            "1 to " + MOST,
                            asked.toString(),
                            "Ask for fewer, and follow the cursor."));
        }
        return asked;
    }
}
