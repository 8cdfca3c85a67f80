package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.ObjectShape.optional;
import static dev.lifeboat.backup.fleet.ObjectShape.required;
import static dev.lifeboat.backup.fleet.Values.absolutePath;
import static dev.lifeboat.backup.fleet.Values.bool;
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
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the declaration of a cluster looks like. */
final class ClusterShape {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");
    private static final Duration DEFAULT_LAG = Duration.ofSeconds(10);
    private static final Duration LEAST_LAG = Duration.ofSeconds(1);

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
                        optional("checks", list(0, 200, PolicyShapes.check(), ClusterShape::nameOf), empty()),
                        optional("restores", ObjectShape.of(optional("approval", choice("required", "none"), "none"))),
                        optional(
                                "markers",
                                ObjectShape.of(optional("enabled", bool()), optional("every", markerPeriod()))))
                .with(ClusterShape::dataDirectory)
                .with(ClusterShape::walRule)
                .with(ClusterShape::policyRepositories)
                .with(ClusterShape::physicalBesideItsWal);
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
                        required("mode", choice("stream", "archive", "none")),
                        optional("durability", choice("segment", "synchronous")),
                        optional("maxLag", lag()),
                        optional("slotGuard", WalShapes.slotGuard()))
                .with((wal, written, at) -> {
                    if (!wal.has("mode")) {
                        return;
                    }
                    if (wal.path("mode").asText().equals("stream")) {
                        streamDefaults(wal);
                        return;
                    }
                    for (String field : List.of("durability", "maxLag", "slotGuard")) {
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

    /** Each lag's end is a request to the store for each cluster: less than a second asks for too many. */
    private static Shape lag() {
        return duration(PolicyShapes.DAY)
                .then((node, at) -> Duration.parse(node.textValue()).compareTo(LEAST_LAG) >= 0
                        ? node
                        : at.mistake(
                                "duration.out-of-bounds",
                                "An object store is not written to this often.",
                                LEAST_LAG + " or longer",
                                node.textValue(),
                                "For no loss at all with the primary, set durability: synchronous."));
    }

    private static void streamDefaults(ObjectNode wal) {
        if (!wal.has("durability")) {
            wal.put("durability", "segment");
        }
        if (!wal.has("maxLag")) {
            wal.put("maxLag", DEFAULT_LAG.toString());
        }
    }

    /** More often than once a second would be WAL without a better proof. */
    private static Shape markerPeriod() {
        return duration(PolicyShapes.DAY)
                .then((node, at) -> Duration.parse(node.textValue()).compareTo(Duration.ofSeconds(1)) >= 0
                        ? node
                        : at.mistake(
                                "duration.out-of-bounds",
                                "Markers are written at most once a second.",
                                "PT1S or longer",
                                node.textValue(),
                                null));
    }

    private static void dataDirectory(ObjectNode cluster, JsonNode written, Shape.At at) {
        boolean wanted = uses(cluster, "pgbackrest") || walMode(cluster).equals("archive");
        if (wanted && !written.hasNonNull("dataDirectory")) {
            at.field("dataDirectory")
                    .mistake(
                            "field.missing",
                            "pgBackRest runs on the host of the database and must know its data directory.",
                            "dataDirectory: what SHOW data_directory answers",
                            null,
                            "A database on another host cannot be backed up by pgbackrest yet: use physical or dump.");
        }
    }

    private static void walRule(ObjectNode cluster, JsonNode written, Shape.At at) {
        if (!written.hasNonNull("wal")) {
            String mode = uses(cluster, "pgbackrest") ? "archive" : uses(cluster, "physical") ? "stream" : "none";
            ObjectNode wal = cluster.putObject("wal").put("mode", mode);
            if (mode.equals("stream")) {
                streamDefaults(wal);
            }
            return;
        }
        String mode = walMode(cluster);
        if (uses(cluster, "pgbackrest") && (mode.equals("none") || mode.equals("stream"))) {
            at.field("wal")
                    .field("mode")
                    .mistake(
                            "wal.archive-needed",
                            "A pgBackRest backup cannot be restored without the WAL written while it ran.",
                            "archive",
                            mode,
                            "Set wal: {mode: archive}, or leave wal out.");
        } else if (uses(cluster, "physical") && mode.equals("none")) {
            at.field("wal")
                    .field("mode")
                    .mistake(
                            "wal.needed",
                            "A physical backup copies files that change meanwhile: only the WAL from its start to its"
                                    + " stop makes them one state, and without it no server starts from them.",
                            "1 WAL segment at least stored with each backup: mode stream or archive",
                            "mode none: 0 segments",
                            "Set wal: {mode: stream}, or leave wal out, or use the method dump.");
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

    /** The stream goes to one repository, and a physical backup belongs beside its WAL. */
    private static void physicalBesideItsWal(ObjectNode cluster, JsonNode written, Shape.At at) {
        if (!walMode(cluster).equals("stream")) {
            return;
        }
        String first = cluster.path("repositories").path(0).textValue();
        JsonNode policies = cluster.path("backups");
        for (int i = 0; i < policies.size(); i++) {
            String repository = policies.get(i).path("repository").textValue();
            if (policies.get(i).path("method").asText().equals("physical")
                    && repository != null
                    && !repository.equals(first)) {
                at.field("backups")
                        .item(i)
                        .field("repository")
                        .mistake(
                                "backup.repository-without-wal",
                                "The cluster's WAL does not go there, and without it this backup could not be restored.",
                                first,
                                repository,
                                "Leave repository out: WAL is streamed into the cluster's first one.");
            }
        }
    }

    private static boolean uses(JsonNode cluster, String method) {
        return stream(cluster.path("backups"))
                .anyMatch(policy -> policy.path("method").asText().equals(method));
    }

    private static String walMode(JsonNode cluster) {
        return cluster.path("wal").path("mode").asText();
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
