package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.postgres.RecoveryTargets;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.restore.deliver.Delivery;
import dev.lifeboat.restore.deliver.DeliveryReader;
import dev.lifeboat.restore.drill.DrillRequest;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.schemas.fleet.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The body of {@code POST /restores}: what a drill says, and where it goes, and a confirmation. Files go into a directory,
 * the databases of a dump into a server.
 *
 * @param recovery what shall be recovered
 * @param directory where files go to; null for a delivery
 * @param delivery what goes into databases of a server; null for files
 * @param archiving an archive of its own for the restored server; null for none
 */
record RestoreRequest(DrillRequest recovery, String directory, Delivery delivery, NewArchive.Wish archiving) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final List<String> OF_A_DELIVERY = List.of("into", "databases", "noOwner");

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
        NewArchive.Wish archiving = archiving(copy.remove("archiving"), text(body.get("cluster")), violations);
        boolean delivers = body.has("into");
        Delivery delivery = null;
        if (delivers) {
            delivery = DeliveryReader.read(body, violations);
            copy.remove(OF_A_DELIVERY);
            if (archiving != null) {
                violations.add(new Violation(
                        "/archiving",
                        "field.unknown",
                        "A server that runs is archived by who runs it.",
                        null,
                        null,
                        null));
            }
            if (directory != null) {
                violations.add(new Violation(
                        "/directory",
                        "field.value",
                        "A restore goes to one place.",
                        "directory or into",
                        "both",
                        "Files of a physical backup go into a directory, databases of a dump into a server."));
            }
        } else if (directory == null) {
            violations.add(missing(
                    "/directory",
                    "an absolute path that does not exist yet; for a dump, into: the server that takes it"));
        }
        copy.put("kind", delivers ? "restore-test" : TargetChoice.POINT_IN_TIME);
        DrillRequest recovery = null;
        try {
            recovery = DrillRequest.read(copy);
        } catch (Problem problem) {
            violations.addAll(problem.violations());
        }
        if (delivers
                && recovery != null
                && recovery.method() != null
                && !recovery.method().equals("dump")) {
            violations.add(new Violation(
                    "/method",
                    "restore.no-dump",
                    "Only dumps go into databases of another server.",
                    "dump",
                    recovery.method(),
                    "Name a directory for files."));
        }
        confirmation(copy, delivers, delivery)
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
        return new RestoreRequest(recovery, directory, delivery, archiving);
    }

    private static NewArchive.Wish archiving(JsonNode written, String cluster, List<Violation> violations) {
        if (written == null || written.isNull()) {
            return null;
        }
        String name = text(written.path("name"));
        String repository = text(written.path("repository"));
        written.fieldNames().forEachRemaining(field -> {
            if (!field.equals("name") && !field.equals("repository")) {
                violations.add(new Violation(
                        "/archiving/" + field,
                        "field.unknown",
                        "Archiving has no such field.",
                        "name, repository",
                        field,
                        null));
            }
        });
        if (name == null || !NAME.matcher(name).matches() || name.equals(cluster)) {
            violations.add(new Violation(
                    "/archiving/name",
                    "restore.archive-name",
                    "The new archive needs a name of its own.",
                    "lower-case letters, digits and dashes, and not the name of the cluster that is restored",
                    name,
                    "Name it as the server shall be called."));
        }
        if (repository == null) {
            violations.add(missing("/archiving/repository", "name of a declared repository"));
        }
        return new NewArchive.Wish(name, repository);
    }

    /** Cluster and target, as they have to be repeated; empty as long as they are not right. */
    private static Optional<String> confirmation(JsonNode body, boolean delivers, Delivery delivery) {
        String cluster = text(body.get("cluster"));
        if (delivers) {
            return cluster == null || delivery == null
                    ? Optional.empty()
                    : Optional.of("restore " + cluster + " " + delivery.confirmation());
        }
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
