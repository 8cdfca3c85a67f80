package dev.lifeboat.backup.restorepoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The name that a request gives: what PostgreSQL takes, and what can be written down and said again. Pure. */
final class RestorePointName {
    /** {@code MAXFNAMELEN} of PostgreSQL is 64, with the byte that ends it. */
    static final int LONGEST = 63;

    private RestorePointName() {}

    /**
     * Reads {@code {"name": "before-migration-42"}}.
     *
     * @throws Problem 400 with every mistake
     */
    static String read(JsonNode body) {
        List<Violation> violations = new ArrayList<>();
        if (body == null || !body.isObject()) {
            throw Problem.invalid(
                    "The request is no JSON object.",
                    List.of(new Violation("", "field.type", "This must be an object.", "{\"name\": …}", null, null)));
        }
        body.fieldNames().forEachRemaining(field -> {
            if (!field.equals("name")) {
                violations.add(new Violation(
                        "/" + field, "field.unknown", "There is no such field.", "name", field, "Leave it out."));
            }
        });
        JsonNode name = body.path("name");
        if (!name.isTextual()) {
            violations.add(new Violation(
                    "/name",
                    name.isMissingNode() || name.isNull() ? "field.missing" : "field.type",
                    "A restore point has a name.",
                    "a string of 1 to " + LONGEST + " bytes",
                    name.isMissingNode() ? null : name.toString(),
                    "Say what comes next, e.g. before-migration-42."));
        } else {
            check(name.textValue(), violations);
        }
        if (!violations.isEmpty()) {
            throw Problem.invalid("The request for a restore point is not valid.", violations);
        }
        return name.textValue();
    }

    private static void check(String name, List<Violation> violations) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > LONGEST) {
            violations.add(new Violation(
                    "/name",
                    "restore-point.name-length",
                    "PostgreSQL keeps names of restore points up to " + LONGEST + " bytes.",
                    "1 to " + LONGEST + " bytes in UTF-8",
                    bytes + " bytes",
                    "Choose a shorter name."));
        } else if (!name.equals(name.strip())
                || name.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0xFFFD)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            violations.add(new Violation(
                    "/name",
                    "restore-point.name-malformed",
                    "The name could not be written into a recovery's configuration and come back as it is.",
                    "no blank at either end, no control character",
                    null,
                    "Choose another name."));
        }
    }
}
