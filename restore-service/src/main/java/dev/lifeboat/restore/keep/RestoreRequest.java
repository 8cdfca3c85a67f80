package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.postgres.RecoveryTargets;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.restore.drill.DrillRequest;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.schemas.fleet.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of {@code POST /restores}: what a drill to a point in time says, and where it goes, and a confirmation.
 *
 * @param recovery what shall be recovered
 * @param directory where to
 */
record RestoreRequest(DrillRequest recovery, String directory) {

    /**
     * Reads a body.
     *
     * @throws Problem 400 with every mistake
     */
    static RestoreRequest read(JsonNode body) {
        if (body == null || !body.isObject()) {
            throw Problem.invalid("The restore cannot be requested like this.", List.of(missing("", "an object")));
        }
        List<Violation> violations = new ArrayList<>();
        for (String field : List.of("kind", "keep")) {
            if (body.has(field)) {
                violations.add(new Violation(
                        "/" + field, "field.unknown", "A restore has no field " + field + ".", null, field, null));
            }
        }
        ObjectNode copy = body.deepCopy();
        String directory = text(copy.remove("directory"));
        String confirm = text(copy.remove("confirm"));
        copy.remove("keep");
        copy.put("kind", TargetChoice.POINT_IN_TIME);
        if (directory == null) {
            violations.add(missing("/directory", "an absolute path that does not exist yet"));
        }
        DrillRequest recovery = null;
        try {
            recovery = DrillRequest.read(copy);
        } catch (Problem problem) {
            violations.addAll(problem.violations());
        }
        confirmation(copy)
                .filter(expected -> !expected.equals(confirm))
                .ifPresent(expected -> violations.add(new Violation(
                        "/confirm",
                        "confirmation.missing",
                        "A restore is confirmed by naming what is restored.",
                        expected,
                        confirm,
                        "Say it exactly like this, if it is what you want.")));
        if (!violations.isEmpty()) {
            throw Problem.invalid("The restore cannot be requested like this.", violations);
        }
        return new RestoreRequest(recovery, directory);
    }

    /** Cluster and target, as they have to be repeated; empty as long as they are not right. */
    private static Optional<String> confirmation(JsonNode body) {
        String cluster = text(body.get("cluster"));
        JsonNode written = body.path("target");
        Target target = Target.latest();
        if (written.isObject()) {
            if (!RecoveryTargets.mistakes("/target", written).isEmpty()) {
                return Optional.empty();
            }
            target = RecoveryTargets.read(written);
        }
        return cluster == null
                ? Optional.empty()
                : Optional.of("restore " + cluster + " to " + target.type()
                        + (target.value() == null ? "" : " " + target.value()));
    }

    private static Violation missing(String pointer, String expected) {
        return new Violation(pointer, "field.missing", "This is missing.", expected, null, null);
    }

    private static String text(JsonNode node) {
        return node == null || !node.isTextual() || node.textValue().isBlank() ? null : node.textValue();
    }
}
