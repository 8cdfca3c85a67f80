package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.ObjectShape.optional;
import static dev.lifeboat.backup.fleet.ObjectShape.required;
import static dev.lifeboat.backup.fleet.Values.absolutePath;
import static dev.lifeboat.backup.fleet.Values.choice;
import static dev.lifeboat.backup.fleet.Values.duration;
import static dev.lifeboat.backup.fleet.Values.identifier;
import static dev.lifeboat.backup.fleet.Values.integer;
import static dev.lifeboat.backup.fleet.Values.list;
import static dev.lifeboat.backup.fleet.Values.name;
import static dev.lifeboat.backup.fleet.Values.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the declaration of a cluster looks like. */
final class ClusterShape {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

    private ClusterShape() {}

    static ObjectShape of(Set<String> declaredRepositories, SecretShape.Resolvable secrets) {
        return ObjectShape.of(
                        required("name", name()),
                        required("connection", connection(secrets)),
                        optional("dataDirectory", absolutePath()),
                        optional(
                                "objectives",
                                ObjectShape.of(
                                        optional("rpo", duration(PolicyShapes.LONG)),
                                        optional("rto", duration(PolicyShapes.LONG)))),
                        required("repositories", list(1, 8, repository(declaredRepositories), JsonNode::textValue)),
                        optional("wal", wal()),
                        optional("backups", list(0, 64, PolicyShapes.backup(), ClusterShape::nameOf), empty()),
                        optional("drills", list(0, 64, PolicyShapes.drill(), ClusterShape::nameOf), empty()),
                        optional("checks", list(0, 200, PolicyShapes.check(), ClusterShape::nameOf), empty()))
                .with(ClusterShape::dataDirectory)
                .with(ClusterShape::walRule)
                .with(ClusterShape::policyRepositories);
    }

    private static ObjectShape connection(SecretShape.Resolvable secrets) {
        return ObjectShape.of(
                        required(
                                "host",
                                text(
                                        255,
                                        host -> HOST.matcher(host).matches()
                                                ? null
                                                : "This is no host's name or address.",
                                        "a name or an address; a socket's folder goes to socketDirectory")),
                        optional("port", integer(1, 65535), IntNode.valueOf(5432)),
                        required("user", identifier()),
                        optional("password", SecretShape.secret(secrets)),
                        optional(
                                "sslMode",
                                choice("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
                                "prefer"),
                        optional("database", identifier(), "postgres"),
                        optional("socketDirectory", absolutePath()),
                        optional("caFile", absolutePath()))
                .with((connection, written, at) -> {
                    String mode = connection.path("sslMode").asText();
                    if (connection.has("caFile") && !mode.startsWith("verify-")) {
                        at.field("caFile")
                                .mistake(
                                        "field.not-applicable",
                                        "In this sslMode nobody looks at the server's certificate.",
                                        "sslMode: verify-ca or verify-full",
                                        mode,
                                        "Set sslMode to verify-full, or leave caFile out.");
                    }
                });
    }

    private static Shape repository(Set<String> declared) {
        return name().then((node, at) -> declared.contains(node.textValue())
                ? node
                : at.mistake(
                        "repository.unknown",
                        "There is no repository of this name.",
                        declared.isEmpty() ? "a declared repository" : "one of " + String.join(", ", declared),
                        node.textValue(),
                        declared.isEmpty()
                                ? "Declare it first: PUT /api/v1/repositories/" + node.textValue()
                                : Spelling.suggestion(node.textValue(), declared)));
    }

    private static Shape wal() {
        return ObjectShape.of(
                        required(
                                "mode",
                                choice(
                                        List.of("archive", "none"),
                                        List.of("stream"),
                                        "wal.stream-not-available",
                                        "Use archive with pgbackrest, or none with dumps alone: no WAL would be kept"
                                                + " for you.")),
                        optional("durability", choice("segment", "synchronous")),
                        optional("maxLag", duration(PolicyShapes.DAY)))
                .with((wal, written, at) -> {
                    if (!wal.has("mode")) {
                        return;
                    }
                    for (String field : List.of("durability", "maxLag")) {
                        if (wal.has(field)) {
                            at.field(field)
                                    .mistake(
                                            "field.not-applicable",
                                            "This is a setting of the mode stream.",
                                            "mode: stream",
                                            wal.path("mode").textValue(),
                                            "Leave " + field + " out.");
                        }
                    }
                });
    }

    private static void dataDirectory(ObjectNode cluster, JsonNode written, Shape.At at) {
        boolean wanted = usesPgBackRest(cluster)
                || cluster.path("wal").path("mode").asText().equals("archive");
        if (wanted && !written.hasNonNull("dataDirectory")) {
            at.field("dataDirectory")
                    .mistake(
                            "field.missing",
                            "pgBackRest runs on the host of the database and must know its data directory.",
                            "dataDirectory: what SHOW data_directory answers",
                            null,
                            "A database on another host cannot be backed up by pgbackrest yet: use dump.");
        }
    }

    private static void walRule(ObjectNode cluster, JsonNode written, Shape.At at) {
        if (!written.hasNonNull("wal")) {
            cluster.putObject("wal").put("mode", usesPgBackRest(cluster) ? "archive" : "none");
        } else if (usesPgBackRest(cluster)
                && cluster.path("wal").path("mode").asText().equals("none")) {
            at.field("wal")
                    .field("mode")
                    .mistake(
                            "wal.archive-needed",
                            "A pgBackRest backup cannot be restored without the WAL written while it ran.",
                            "archive",
                            "none",
                            "Set wal: {mode: archive}, or leave wal out.");
        }
    }

    private static void policyRepositories(ObjectNode cluster, JsonNode written, Shape.At at) {
        if (!cluster.has("repositories")) {
            return;
        }
        List<String> own =
                stream(cluster.path("repositories")).map(JsonNode::textValue).toList();
        for (String policies : List.of("backups", "drills")) {
            requireOwn(own, cluster.path(policies), at.field(policies));
        }
    }

    private static void requireOwn(List<String> own, JsonNode policies, Shape.At at) {
        for (int i = 0; i < policies.size(); i++) {
            String repository = policies.get(i).path("repository").textValue();
            if (repository != null && !own.contains(repository)) {
                at.item(i)
                        .field("repository")
                        .mistake(
                                "repository.not-of-cluster",
                                "This cluster's backups do not go to that repository.",
                                "one of the cluster's repositories",
                                repository,
                                "Add it to repositories, or choose another.");
            }
        }
    }

    private static boolean usesPgBackRest(JsonNode cluster) {
        return stream(cluster.path("backups"))
                .anyMatch(policy -> policy.path("method").asText().equals("pgbackrest"));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static String nameOf(JsonNode policy) {
        return policy.path("name").textValue();
    }

    private static JsonNode empty() {
        return JsonNodeFactory.instance.arrayNode();
    }
}
