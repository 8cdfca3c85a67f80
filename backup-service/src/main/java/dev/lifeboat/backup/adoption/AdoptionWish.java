package dev.lifeboat.backup.adoption;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is asked to be adopted.
 *
 * @param repository one of the cluster's
 * @param stanza pgBackRest's name of it
 * @param path of pgBackRest's tree ({@code repo-path}), the repository's own prefix left out, without slashes at its ends
 */
record AdoptionWish(String repository, String stanza, String path) {
    private static final Set<String> FIELDS = Set.of("repository", "stanza", "path");
    private static final Pattern STANZA = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9!_.*'()+=@-]+(?:/[A-Za-z0-9!_.*'()+=@-]+)*");

    /**
     * Reads it.
     *
     * @throws Problem 400 {@code adoption.invalid}
     */
    static AdoptionWish read(JsonNode body, ClusterSpec cluster) {
        if (body == null || !body.isObject()) {
            throw invalid("an object with " + FIELDS, "none");
        }
        body.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw invalid("one of " + FIELDS, "the field " + name);
            }
        });
        String repository =
                body.path("repository").asText(cluster.repositories().getFirst());
        if (!cluster.repositories().contains(repository)) {
            throw invalid("one of the cluster's repositories, " + cluster.repositories(), "repository " + repository);
        }
        String stanza = body.path("stanza").asText("");
        if (!STANZA.matcher(stanza).matches()) {
            throw invalid("the stanza's name", "stanza " + stanza);
        }
        String path = body.path("path").asText("");
        if (!PATH.matcher(path).matches()
                || ("/" + path + "/").contains("/../")
                || ("/" + path + "/").contains("/./")) {
            throw invalid(
                    "the path of pgBackRest's tree below the repository's prefix, without a slash at its ends",
                    "path " + path);
        }
        return new AdoptionWish(repository, stanza, path);
    }

    private static Problem invalid(String expected, String found) {
        return Problem.of(
                400,
                new Failure(
                        "adoption.invalid",
                        "This does not say what is to be adopted.",
                        expected,
                        found,
                        "e.g. {\"repository\": \"east\", \"stanza\": \"main\", \"path\": \"pgbackrest\"}"));
    }

    /** Key of its list of sets. */
    String backupInfo() {
        return path + "/backup/" + stanza + "/backup.info";
    }
}
