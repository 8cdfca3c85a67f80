package dev.lifeboat.restore.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.postgres.RecoveryTargets;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * The body of {@code POST /drills}, checked as a whole.
 *
 * @param kind {@code restore-test} or {@code point-in-time}
 * @param method {@code dump}, {@code physical} or {@code pgbackrest}; null where a named backup says it
 * @param repository null for the cluster's first
 * @param backupId null for the latest usable
 * @param keep null for not at all
 */
public record DrillRequest(
        String cluster, String kind, String method, String repository, UUID backupId, Target target, Duration keep) {
    static final Duration LONGEST_HOLD = Duration.ofDays(7);
    private static final String POINT_IN_TIME = TargetChoice.POINT_IN_TIME;
    static final List<String> KINDS = List.of("restore-test", POINT_IN_TIME);
    static final List<String> METHODS = List.of("dump", "physical", "pgbackrest");
    private static final Set<String> FIELDS =
            new TreeSet<>(Set.of("cluster", "kind", "method", "repository", "backupId", "target", "keep"));

    /**
     * Reads a body.
     *
     * @throws Problem 400 with every mistake
     */
    public static DrillRequest read(JsonNode body) {
        return new Reader().read(body);
    }

    /** Reads as much as there is and collects what is wrong. */
    private static final class Reader {
        private final List<Violation> violations = new ArrayList<>();

        DrillRequest read(JsonNode body) {
            if (body == null || !body.isObject()) {
                violation("", "document.no-object", "The body is no JSON object.", "an object", kindOf(body), null);
                throw Problem.invalid("The drill cannot be requested like this.", violations);
            }
            unknownFields(body, "", FIELDS);
            String cluster = text(body, "cluster").orElse(null);
            if (cluster == null && !body.hasNonNull("cluster")) {
                violation(
                        "/cluster",
                        "field.missing",
                        "The cluster is missing.",
                        "name of a declared cluster",
                        null,
                        null);
            }
            String kind = text(body, "kind").orElse("restore-test");
            oneOf("/kind", kind, KINDS);
            String method = text(body, "method").orElse(null);
            if (method != null) {
                oneOf("/method", method, METHODS);
            } else if (!body.hasNonNull("method") && !body.hasNonNull("backupId")) {
                violation(
                        "/method",
                        "field.missing",
                        "The method is missing.",
                        String.join(" or ", METHODS),
                        null,
                        "Say which method's backup shall be restored, or name one with backupId.");
            }
            if (kind.equals(POINT_IN_TIME) && "dump".equals(method)) {
                violation(
                        "/method",
                        "method.no-wal",
                        "A dump shows the moment of its snapshot and no other.",
                        "physical or pgbackrest",
                        method,
                        "Use physical or pgbackrest, or ask for a restore-test.");
            }
            DrillRequest request = new DrillRequest(
                    cluster,
                    kind,
                    method,
                    text(body, "repository").orElse(null),
                    parsed(body, "backupId", "a UUID", UUID::fromString),
                    target(body.get("target"), kind),
                    keep(body));
            if (!violations.isEmpty()) {
                throw Problem.invalid("The drill cannot be requested like this.", violations);
            }
            return request;
        }

        private Target target(JsonNode target, String kind) {
            if (target == null || target.isNull()) {
                return Target.latest();
            }
            String type = target.path("type").asText();
            if (kind.equals("restore-test") && RecoveryTargets.TYPES.contains(type) && !type.equals("latest")) {
                violation(
                        "/target/type",
                        "field.value",
                        "A restore-test reaches the latest moment of its backup.",
                        "latest",
                        type,
                        "Other targets belong to drills of kind point-in-time.");
                return null;
            }
            List<Violation> mistakes = RecoveryTargets.mistakes("/target", target);
            violations.addAll(mistakes);
            return mistakes.isEmpty() ? RecoveryTargets.read(target) : null;
        }

        private Duration keep(JsonNode body) {
            Duration keep = parsed(body, "keep", "an ISO 8601 duration, as PT1H", Duration::parse);
            if (keep != null && (keep.isZero() || keep.isNegative() || keep.compareTo(LONGEST_HOLD) > 0)) {
                violation(
                        "/keep",
                        "field.value",
                        "The sandbox cannot be kept that long.",
                        "more than PT0S, at most " + LONGEST_HOLD,
                        keep.toString(),
                        null);
            }
            return keep;
        }

        private Optional<String> text(JsonNode body, String field) {
            JsonNode value = body.get(field);
            if (value == null || value.isNull()) {
                return Optional.empty();
            }
            if (!value.isTextual() || value.textValue().isBlank()) {
                violation("/" + field, "field.type", field + " is no text.", "a string", kindOf(value), null);
                return Optional.empty();
            }
            return Optional.of(value.textValue());
        }

        private <T> T parsed(JsonNode body, String field, String expected, Function<String, T> parse) {
            Optional<String> text = text(body, field);
            try {
                return text.map(parse).orElse(null);
            } catch (IllegalArgumentException | DateTimeParseException e) {
                violation("/" + field, "field.value", field + " cannot be read.", expected, text.orElse(null), null);
                return null;
            }
        }

        private void oneOf(String pointer, String value, List<String> allowed) {
            if (!allowed.contains(value)) {
                violation(
                        pointer,
                        "field.value",
                        pointer.substring(1) + " has no such value.",
                        String.join(" or ", allowed),
                        value,
                        null);
            }
        }

        private void unknownFields(JsonNode object, String pointer, Set<String> known) {
            object.fieldNames().forEachRemaining(name -> {
                if (!known.contains(name)) {
                    violation(
                            pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                            "field.unknown",
                            "There is no field \"" + name + "\".",
                            String.join(", ", new TreeSet<>(known)),
                            name,
                            "Leave it out, or look at its spelling.");
                }
            });
        }

        private void violation(
                String pointer, String code, String message, String expected, String found, String hint) {
            violations.add(new Violation(pointer, code, message, expected, found, hint));
        }

        private static String kindOf(JsonNode node) {
            return node == null ? "nothing" : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
