package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a person may ask for: a declared policy, {@code {"policy":"nightly"}}, or a method with its options,
 * {@code {"method":"dump","databases":["shop"],"format":"directory","jobs":2}}. A pure function of the request and of
 * what is declared; it names all mistakes at once.
 */
final class BackupWish {
    private static final Set<String> FIELDS = Set.of(
            "policy",
            "method",
            "type",
            "databases",
            "format",
            "jobs",
            "fingerprint",
            "repository",
            "maxRate",
            "checkpoint");
    private static final List<String> ONLY_DUMP = List.of("databases", "format", "fingerprint");
    private static final List<String> ONLY_PHYSICAL = List.of("maxRate", "checkpoint");
    private static final int MOST_JOBS = 64;
    private static final int LEAST_RATE = 32;
    private static final int MOST_RATE = 1 << 20;

    private final ObjectNode body;
    private final List<Violation> violations = new ArrayList<>();

    private BackupWish(ObjectNode body) {
        this.body = body.deepCopy();
        List<String> absent = new ArrayList<>();
        body.properties().stream()
                .filter(field -> field.getValue().isNull())
                .forEach(field -> absent.add(field.getKey()));
        this.body.remove(absent);
    }

    /**
     * The policy to carry out, defaults filled in; its name is null when it was made up of the request.
     *
     * @param methods that this service has
     * @throws Problem 400 with every mistake
     */
    static BackupPolicy read(JsonNode body, ClusterSpec cluster, Set<String> methods) {
        if (!(body instanceof ObjectNode written)) {
            throw Problem.invalid(
                    "The request is no JSON object.",
                    List.of(new Violation("", "field.type", "This must be an object.", "an object", null, null)));
        }
        BackupWish wish = new BackupWish(written);
        BackupPolicy policy = wish.policy(cluster, methods);
        if (!wish.violations.isEmpty()) {
            throw Problem.invalid("The request for a backup is not valid.", wish.violations);
        }
        return BackupDefaults.fill(policy);
    }

    private BackupPolicy policy(ClusterSpec cluster, Set<String> methods) {
        body.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                wrong(
                        field,
                        "field.unknown",
                        "There is no such field.",
                        "one of " + String.join(", ", sorted(FIELDS)),
                        field);
            }
        });
        if (body.has("policy")) {
            return declared(cluster);
        }
        Optional<String> method = choice("method", methods, true);
        boolean dump = method.equals(Optional.of("dump"));
        boolean physical = method.equals(Optional.of("physical"));
        Optional<String> type = choice("type", Set.of("full", "differential", "incremental"), false);
        if (dump && type.isPresent()) {
            wrong("type", "field.not-applicable", "A dump has no type.", "no type", type.get());
        }
        Optional<String> format = choice("format", Set.of("custom", "directory"), false);
        Optional<String> fingerprint = choice("fingerprint", Set.of("off", "sample", "full"), false);
        List<String> databases = databases();
        if (physical && type.isPresent()) {
            wrong("type", "field.not-applicable", "A physical backup has no type.", "no type", type.get());
        }
        method.ifPresent(name -> {
            if (!dump) {
                onlyFor("dump", ONLY_DUMP, name);
            }
            if (physical) {
                onlyFor("dump or pgbackrest", List.of("jobs"), name);
            } else {
                onlyFor("physical", ONLY_PHYSICAL, name);
            }
        });
        Optional<String> checkpoint = choice("checkpoint", Set.of("fast", "spread"), false);
        Integer maxRate = number("maxRate", LEAST_RATE, MOST_RATE);
        Integer jobs = number("jobs", 1, MOST_JOBS);
        if (dump && jobs != null && jobs > 1 && !format.equals(Optional.of("directory"))) {
            wrong(
                    "jobs",
                    "field.not-applicable",
                    "Only the directory format is written by parallel workers.",
                    "format directory",
                    format.orElse("custom"));
        }
        Optional<String> repository = repository(cluster, method.orElse("dump"));
        return new BackupPolicy(
                null,
                method.orElse(null),
                type.orElse(null),
                databases,
                format.orElse(null),
                jobs,
                fingerprint.orElse(null),
                null,
                null,
                null,
                null,
                null,
                repository.orElse(null),
                maxRate,
                checkpoint.orElse(null));
    }

    private void onlyFor(String methods, List<String> fields, String method) {
        for (String field : fields) {
            if (body.has(field)) {
                wrong(
                        field,
                        "field.not-applicable",
                        "This is no option of the method " + method + ".",
                        "method " + methods,
                        method);
            }
        }
    }

    /** One of the cluster's; but for a dump one that its WAL goes to. */
    private Optional<String> repository(ClusterSpec cluster, String method) {
        String mode = cluster.wal() == null ? "" : String.valueOf(cluster.wal().mode());
        if (method.equals("physical") && mode.equals("none")) {
            wrong(
                    "method",
                    "wal.needed",
                    "A physical backup copies files that change meanwhile: without the WAL from its start to its stop it"
                            + " cannot be restored, and none of the cluster's WAL is kept. Declare wal: {mode: stream}.",
                    "wal mode stream or archive",
                    "none");
        }
        Optional<String> named = choice("repository", Set.copyOf(cluster.repositories()), false);
        if (!method.equals("dump") && named.isPresent()) {
            List<String> archived =
                    mode.equals("stream") ? cluster.repositories().subList(0, 1) : BackupRepositories.archived(cluster);
            if (!archived.contains(named.get())) {
                wrong(
                        "repository",
                        "backup.repository-without-wal",
                        "The cluster's WAL does not go there, and without it this backup could not be restored."
                                + (mode.equals("stream")
                                        ? " Leave repository out."
                                        : " Declare a policy with method " + method + " and this repository."),
                        String.join(" or ", archived),
                        named.get());
                return Optional.empty();
            }
        }
        return named;
    }

    private BackupPolicy declared(ClusterSpec cluster) {
        String name = body.get("policy").isTextual() ? body.get("policy").textValue() : null;
        body.fieldNames().forEachRemaining(field -> {
            if (FIELDS.contains(field) && !field.equals("policy")) {
                wrong(field, "field.not-applicable", "A declared policy says this itself.", "policy alone", field);
            }
        });
        List<BackupPolicy> policies = cluster.backups() == null ? List.of() : cluster.backups();
        Optional<BackupPolicy> found =
                policies.stream().filter(p -> p.name().equals(name)).findFirst();
        if (found.isEmpty()) {
            wrong(
                    "policy",
                    "backup.policy-unknown",
                    "The cluster has no backup policy of this name.",
                    policies.stream().map(BackupPolicy::name).toList().toString(),
                    body.get("policy").asText());
        }
        return found.orElse(null);
    }

    /** What PostgreSQL and its dump programs take as a name: 1 to 63 bytes, no NUL, no line break. */
    private static boolean isName(JsonNode value) {
        if (!value.isTextual()) {
            return false;
        }
        String name = value.textValue();
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= 1 && bytes <= 63 && name.chars().noneMatch(c -> c == 0 || c == '\n' || c == '\r');
    }

    private Optional<String> choice(String field, Set<String> allowed, boolean required) {
        JsonNode value = body.get(field);
        if (value == null) {
            if (required) {
                wrong(field, "field.missing", "This field is needed.", String.join(" or ", sorted(allowed)), null);
            }
            return Optional.empty();
        }
        if (!value.isTextual() || !allowed.contains(value.textValue())) {
            wrong(
                    field,
                    "field.value",
                    "This value is not known.",
                    String.join(" or ", sorted(allowed)),
                    value.isTextual() ? value.textValue() : value.toString());
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    private List<String> databases() {
        JsonNode value = body.get("databases");
        if (value == null) {
            return null;
        }
        Set<String> names = new LinkedHashSet<>();
        if (!value.isArray()) {
            wrong("databases", "field.value", "This is no list of names.", "a list", value.toString());
            return null;
        }
        for (int i = 0; i < value.size(); i++) {
            JsonNode name = value.get(i);
            if (!isName(name)) {
                wrong(
                        "databases/" + i,
                        "field.value",
                        "This is no name of a database.",
                        "1 to 63 bytes, no line break",
                        name.toString());
            } else if (!names.add(name.textValue())) {
                wrong("databases/" + i, "name.duplicate", "It is named twice.", "once", name.textValue());
            }
        }
        return List.copyOf(names);
    }

    private Integer number(String field, int least, int most) {
        JsonNode value = body.get(field);
        if (value == null) {
            return null;
        }
        if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.intValue() < least
                || value.intValue() > most) {
            wrong(field, "field.value", "This is out of range.", least + " to " + most, value.toString());
            return null;
        }
        return value.intValue();
    }

    private void wrong(String field, String code, String message, String expected, String found) {
        String pointer = "/" + field.replace("~", "~0");
        violations.add(new Violation(pointer, code, message, expected, found, null));
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
