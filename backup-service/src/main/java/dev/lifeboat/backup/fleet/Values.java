package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.Shape.kindOf;
import static dev.lifeboat.backup.fleet.Shape.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The shapes of single values and lists. */
final class Values {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int IDENTIFIER_BYTES = 63;

    private Values() {}

    /** Text of 1 to {@code max} characters without control characters. */
    static Shape text(int max) {
        return (node, at) -> {
            if (!node.isTextual()) {
                return at.mistake("field.type", "This must be text.", "text", kindOf(node), quoteHint(node));
            }
            String value = node.textValue();
            if (value.isBlank() || value.length() > max) {
                return at.mistake(
                        "field.value",
                        value.isBlank() ? "This must not be empty." : "This is too long.",
                        "1 to " + max + " characters",
                        value.length() + " characters",
                        null);
            }
            if (!storable(value) || value.chars().anyMatch(Character::isISOControl)) {
                return at.mistake("field.value", "There are control characters in this.", "printable text", null, null);
            }
            return node;
        };
    }

    /** Text as {@link #text}, that must also pass a check: it returns what is wrong, or null. */
    static Shape text(int max, Function<String, String> wrong, String expected) {
        return text(max).then((node, at) -> {
            String mistake = wrong.apply(node.textValue());
            return mistake == null ? node : at.mistake("field.value", mistake, expected, shown(node.textValue()), null);
        });
    }

    /** A name of a cluster, repository or policy. */
    static Shape name() {
        return (node, at) -> {
            if (!node.isTextual()) {
                return at.mistake("field.type", "A name must be text.", "text", kindOf(node), quoteHint(node));
            }
            return NAME.matcher(node.textValue()).matches()
                    ? node
                    : at.mistake(
                            "name.malformed",
                            "This is no name.",
                            "1 to 63 of a-z, 0-9 and -, not beginning with -",
                            shown(node.textValue()),
                            null);
        };
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** A PostgreSQL identifier: anything that the server stores, and pg_dumpall accepts as a database's name. */
    static Shape identifier() {
        return (node, at) -> {
            if (!node.isTextual()) {
                return at.mistake("field.type", "This must be text.", "text", kindOf(node), quoteHint(node));
            }
            String value = node.textValue();
            int bytes = value.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > IDENTIFIER_BYTES) {
                return at.mistake(
                        "field.value",
                        bytes < 1 ? "This must not be empty." : "This is longer than PostgreSQL's names.",
                        "1 to " + IDENTIFIER_BYTES + " bytes",
                        bytes + " bytes",
                        null);
            }
            if (!storable(value) || value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
                return at.mistake(
                        "field.value",
                        "There is a line break or a character that cannot be stored in this name.",
                        "no NUL, no line break",
                        null,
                        "PostgreSQL's own dump tools refuse such a name, too: rename it.");
            }
            return node;
        };
    }

    /** One of some words. */
    static Shape choice(String... words) {
        List<String> known = List.of(words);
        return (node, at) -> {
            if (node.isTextual() && known.contains(node.textValue())) {
                return node;
            }
            return at.mistake(
                    "field.value",
                    "This is none of the words that are known here.",
                    "one of " + String.join(", ", known),
                    node.isTextual() ? shown(node.textValue()) : kindOf(node),
                    node.isTextual() ? Spelling.suggestion(node.textValue(), known) : null);
        };
    }

    /** One of some words; others are known, but not built yet, and their answer says so. */
    static Shape choice(List<String> available, List<String> notYet, String notYetCode, String hint) {
        Shape known = choice(available.toArray(String[]::new));
        return (node, at) -> node.isTextual() && notYet.contains(node.textValue())
                ? at.mistake(
                        notYetCode,
                        "This version of Lifeboat does not do " + node.textValue() + " yet.",
                        "one of " + String.join(", ", available),
                        node.textValue(),
                        hint)
                : known.read(node, at);
    }

    /** A whole number between bounds. */
    static Shape integer(int min, int max) {
        return (node, at) -> {
            if (!node.isIntegralNumber()) {
                return at.mistake(
                        "field.type",
                        "This must be a whole number.",
                        "a whole number",
                        kindOf(node),
                        node.isTextual() ? "Write it without quotes." : null);
            }
            return node.canConvertToInt() && node.intValue() >= min && node.intValue() <= max
                    ? node
                    : at.mistake(
                            "field.value",
                            "This number is out of bounds.",
                            min + " to " + max,
                            shown(node.asText()),
                            null);
        };
    }

    /** True or false. */
    static Shape bool() {
        return (node, at) -> node.isBoolean()
                ? node
                : at.mistake("field.type", "This must be true or false.", "true or false", kindOf(node), null);
    }

    /** An ISO 8601 duration, greater than zero and at most {@code max}. */
    static Shape duration(Duration max) {
        return (node, at) -> {
            if (!node.isTextual()) {
                return at.mistake("field.type", "A duration must be text.", "text such as PT15M", kindOf(node), null);
            }
            try {
                Duration value = Duration.parse(node.textValue());
                if (value.isNegative() || value.isZero() || value.compareTo(max) > 0) {
                    return at.mistake(
                            "duration.out-of-bounds",
                            "This duration is out of bounds.",
                            "longer than PT0S, at most " + max,
                            shown(node.textValue()),
                            null);
                }
                return JsonNodeFactory.instance.textNode(value.toString());
            } catch (DateTimeParseException e) {
                return at.mistake(
                        "duration.malformed",
                        "This is no ISO 8601 duration.",
                        "e.g. PT30S, PT15M, PT12H, P14D",
                        shown(node.textValue()),
                        "Weeks, months and years have no fixed length: use days.");
            }
        };
    }

    /** An absolute path without {@code ..}. */
    static Shape absolutePath() {
        return text(
                1024,
                path -> !path.startsWith("/")
                        ? "This must be an absolute path."
                        : List.of(path.split("/")).contains("..") ? "There is .. in this path." : null,
                "an absolute path without ..");
    }

    /** A list of at most {@code max} items, where {@code key} of each is unique; null keys are not compared. */
    static Shape list(int min, int max, Shape item, Function<JsonNode, String> key) {
        return (node, at) -> {
            if (!node.isArray()) {
                return at.mistake("field.type", "This must be a list.", "a list", kindOf(node), null);
            }
            if (node.size() < min || node.size() > max) {
                return at.mistake(
                        "field.value",
                        "This list is too " + (node.size() < min ? "short." : "long."),
                        min + " to " + max + " items",
                        node.size() + " items",
                        null);
            }
            ArrayNode normalised = JsonNodeFactory.instance.arrayNode();
            Map<String, Integer> seen = new HashMap<>();
            for (int i = 0; i < node.size(); i++) {
                JsonNode read = item.read(node.get(i), at.item(i));
                // a mistaken item keeps its place, so that rules about the whole list point at the right one
                normalised.add(read == null ? JsonNodeFactory.instance.nullNode() : read);
                String name = read == null ? null : key.apply(read);
                Integer first = name == null ? null : seen.putIfAbsent(name, i);
                if (first != null) {
                    at.item(i)
                            .mistake(
                                    "name.duplicate",
                                    shown(name) + " is here twice.",
                                    "each only once",
                                    "also at " + at.item(first).pointer(),
                                    null);
                }
            }
            return normalised;
        };
    }

    /** Whether PostgreSQL can store the text: neither NUL nor half of a surrogate pair. */
    private static boolean storable(String value) {
        return value.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(value);
    }

    private static String quoteHint(JsonNode node) {
        return node.isNumber() || node.isBoolean() ? "Write it in quotes." : null;
    }
}
