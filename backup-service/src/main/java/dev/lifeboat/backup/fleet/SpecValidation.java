package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads declarations: all mistakes at once, or a spec with its defaults filled in. A pure function of the document and of
 * what is declared already.
 */
final class SpecValidation {
    /** What answers add to a declaration; they may come back in a request and mean nothing there. */
    static final Set<String> ANSWER_FIELDS =
            Set.of("id", "version", "digest", "declaredBy", "declaredAt", "changedAt", "server", "warnings");

    private SpecValidation() {}

    /**
     * The cluster that a document declares.
     *
     * @param pathName the name in the request's path, which the document must repeat
     * @throws Problem 400 with every mistake
     */
    static ClusterSpec cluster(
            JsonNode document, String pathName, Set<String> repositories, SecretShape.Resolvable secrets) {
        return read(document, pathName, ClusterShape.of(repositories, secrets), ClusterSpec.class, "cluster");
    }

    /**
     * The repository that a document declares.
     *
     * @throws Problem 400 with every mistake
     */
    static RepositorySpec repository(JsonNode document, String pathName, SecretShape.Resolvable secrets) {
        return read(document, pathName, RepositoryShape.of(secrets), RepositorySpec.class, "repository");
    }

    private static <T> T read(JsonNode document, String pathName, ObjectShape shape, Class<T> type, String what) {
        List<Violation> mistakes = new ArrayList<>();
        JsonNode read = shape.ignoring(ANSWER_FIELDS).read(document, new Shape.At("", mistakes));
        String name = document.path("name").textValue();
        if (name != null && !name.equals(pathName)) {
            mistakes.add(new Violation(
                    "/name",
                    "name.mismatch",
                    "The name in the document is not the one in the path.",
                    Shape.shown(pathName),
                    Shape.shown(name),
                    "A " + what + " cannot be renamed: declare it under the new name."));
        }
        if (!mistakes.isEmpty()) {
            throw Problem.invalid(
                    "The declaration of the " + what + " has "
                            + (mistakes.size() == 1 ? "a mistake." : mistakes.size() + " mistakes."),
                    mistakes);
        }
        return SpecJson.convert(read, type);
    }
}
