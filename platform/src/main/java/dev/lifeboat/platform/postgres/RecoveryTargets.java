package dev.lifeboat.platform.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.schemas.fleet.Target;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How a recovery target is written: one rule for declarations and for requests.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET">PostgreSQL:
 *     Recovery Target</a>
 */
public final class RecoveryTargets {
    /** All types. */
    public static final List<String> TYPES = List.of("latest", "time", "lsn", "xid", "name", "random");

    /** A seed stays exact in every reader of JSON. */
    public static final long LARGEST_SEED = (1L << 53) - 1;

    private static final Set<String> FIELDS = new TreeSet<>(Set.of("type", "value", "inclusive", "timeline", "seed"));
    private static final Set<String> WITHOUT_VALUE = Set.of("latest", "random");
    private static final Set<String> ONE_WAY = Set.of("latest", "name");

    private static final Pattern LSN = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");
    private static final Pattern XID = Pattern.compile("[0-9]{1,18}");
    private static final long FIRST_NORMAL_XID = 3;
    private static final long XIDS = 1L << 32;
    private static final int NAME_BYTES = 63;
    private static final int FIRST_YEAR = 2000;
    private static final int LAST_YEAR = 9999;

    private RecoveryTargets() {}

    /**
     * Everything that is wrong with a target as it was written.
     *
     * @param pointer where it stands in its document
     */
    public static List<Violation> mistakes(String pointer, JsonNode target) {
        List<Violation> found = new ArrayList<>();
        if (!target.isObject()) {
            found.add(new Violation(
                    pointer, "field.type", "The target is no object.", "{\"type\":\"latest\"}", kind(target), null));
            return found;
        }
        target.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                found.add(new Violation(
                        pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                        "field.unknown",
                        "A target has no field \"" + name + "\".",
                        "one of " + String.join(", ", FIELDS),
                        name,
                        "Leave it out, or look at its spelling."));
            }
        });
        String type = type(pointer, target, found);
        if (type != null) {
            value(pointer + "/value", type, target.get("value"), found);
            inclusive(pointer + "/inclusive", type, target.get("inclusive"), found);
            seed(pointer + "/seed", type, target.get("seed"), found);
        }
        timeline(pointer + "/timeline", target.get("timeline"), found);
        return found;
    }

    /** The target of a document without mistakes. */
    public static Target read(JsonNode target) {
        return new Target(
                target.path("type").textValue(),
                target.path("value").textValue(),
                isThere(target.get("inclusive")) ? target.get("inclusive").booleanValue() : null,
                isThere(target.get("timeline")) ? target.get("timeline").intValue() : null,
                isThere(target.get("seed")) ? target.get("seed").longValue() : null);
    }

    private static String type(String pointer, JsonNode target, List<Violation> found) {
        JsonNode type = target.get("type");
        if (!isThere(type)) {
            found.add(new Violation(
                    pointer + "/type",
                    "field.missing",
                    "The target's type is missing.",
                    String.join(" or ", TYPES),
                    null,
                    null));
            return null;
        }
        if (!type.isTextual() || !TYPES.contains(type.textValue())) {
            found.add(new Violation(
                    pointer + "/type",
                    "field.value",
                    "There is no target of this type.",
                    String.join(" or ", TYPES),
                    type.isTextual() ? shown(type.textValue()) : kind(type),
                    null));
            return null;
        }
        return type.textValue();
    }

    private static void value(String pointer, String type, JsonNode value, List<Violation> found) {
        if (WITHOUT_VALUE.contains(type)) {
            if (isThere(value)) {
                found.add(new Violation(
                        pointer,
                        "field.value",
                        "The target " + type + " has no value.",
                        "no value",
                        null,
                        "Leave it out."));
            }
            return;
        }
        String expected = expected(type);
        if (!isThere(value)) {
            found.add(new Violation(
                    pointer, "field.missing", "The target " + type + " needs a value.", expected, null, null));
        } else if (!value.isTextual()) {
            found.add(new Violation(
                    pointer,
                    "field.type",
                    "The value of a target is text.",
                    expected,
                    kind(value),
                    value.isNumber() ? "Write it in quotes." : null));
        } else if (!isRight(type, value.textValue())) {
            found.add(new Violation(
                    pointer,
                    "field.value",
                    "This is no value of a target " + type + ".",
                    expected,
                    shown(value.textValue()),
                    type.equals("time") ? "Say the offset, too: Z for UTC." : null));
        }
    }

    private static String expected(String type) {
        return switch (type) {
            case "time" ->
                "a moment with its offset (RFC 3339), as 2026-11-20T10:15:00Z, years " + FIRST_YEAR + " to "
                        + LAST_YEAR;
            case "lsn" -> "a position in the WAL, as 16/B374D848";
            case "xid" -> "the number of a transaction, from " + FIRST_NORMAL_XID;
            default -> "name of a restore point: 1 to " + NAME_BYTES + " bytes, no control characters";
        };
    }

    private static boolean isRight(String type, String value) {
        return switch (type) {
            case "time" -> isMoment(value);
            case "lsn" -> LSN.matcher(value).matches();
            // With an epoch before its 32 bits, as pg_current_xact_id() shows it, or without.
            case "xid" -> XID.matcher(value).matches() && Long.parseLong(value) % XIDS >= FIRST_NORMAL_XID;
            default ->
                !value.isBlank()
                        && value.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES
                        && StandardCharsets.UTF_8.newEncoder().canEncode(value)
                        && value.chars().noneMatch(Character::isISOControl);
        };
    }

    private static boolean isMoment(String value) {
        try {
            int year = OffsetDateTime.parse(value).getYear();
            return year >= FIRST_YEAR && year <= LAST_YEAR;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static void inclusive(String pointer, String type, JsonNode inclusive, List<Violation> found) {
        if (!isThere(inclusive)) {
            return;
        }
        if (ONE_WAY.contains(type)) {
            found.add(new Violation(
                    pointer,
                    "field.not-applicable",
                    "The target " + type + " is neither inclusive nor exclusive.",
                    null,
                    null,
                    "Leave inclusive out."));
        } else if (!inclusive.isBoolean()) {
            found.add(new Violation(
                    pointer, "field.type", "This must be true or false.", "true or false", kind(inclusive), null));
        }
    }

    private static void timeline(String pointer, JsonNode timeline, List<Violation> found) {
        if (isThere(timeline)
                && (!timeline.isIntegralNumber() || !timeline.canConvertToInt() || timeline.intValue() < 1)) {
            found.add(new Violation(
                    pointer,
                    "field.value",
                    "This is no timeline.",
                    "its number, from 1",
                    shown(timeline.asText()),
                    "Leave it out and the plan chooses the newest."));
        }
    }

    private static void seed(String pointer, String type, JsonNode seed, List<Violation> found) {
        if (!isThere(seed)) {
            return;
        }
        if (!type.equals("random")) {
            found.add(new Violation(
                    pointer,
                    "field.not-applicable",
                    "Nothing is drawn for the target " + type + ".",
                    null,
                    null,
                    "Leave seed out."));
        } else if (!seed.isIntegralNumber()
                || !seed.canConvertToLong()
                || seed.longValue() < 0
                || seed.longValue() > LARGEST_SEED) {
            found.add(new Violation(
                    pointer, "field.value", "This is no seed.", "0 to " + LARGEST_SEED, shown(seed.asText()), null));
        }
    }

    private static boolean isThere(JsonNode node) {
        return node != null && !node.isNull();
    }

    private static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String shown(String value) {
        return value.length() <= 80 ? value : value.substring(0, 79) + "…";
    }
}
