package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.ObjectShape.optional;
import static dev.lifeboat.backup.fleet.ObjectShape.required;
import static dev.lifeboat.backup.fleet.Values.bool;
import static dev.lifeboat.backup.fleet.Values.choice;
import static dev.lifeboat.backup.fleet.Values.duration;
import static dev.lifeboat.backup.fleet.Values.identifier;
import static dev.lifeboat.backup.fleet.Values.integer;
import static dev.lifeboat.backup.fleet.Values.list;
import static dev.lifeboat.backup.fleet.Values.name;
import static dev.lifeboat.backup.fleet.Values.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.lifeboat.platform.postgres.RecoveryTargets;
import dev.lifeboat.platform.problem.Problem.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What policies and checks of a cluster look like. */
final class PolicyShapes {
    static final Duration DAY = Duration.ofDays(1);
    static final Duration LONG = Duration.ofDays(36_500);

    private static final String RESTORE_TEST = "restore-test";
    private static final String POINT_IN_TIME = "point-in-time";
    private static final List<String> ONLY_DUMP = List.of("databases", "format", "fingerprint");
    private static final List<String> ONLY_PHYSICAL = List.of("maxRate", "checkpoint");

    /** What pg_basebackup takes as its rate, KiB a second. */
    private static final int LEAST_RATE = 32;

    private static final int MOST_RATE = 1 << 20;

    private PolicyShapes() {}

    /** A backup policy; also what a request for a backup may say, then without name and schedule. */
    static ObjectShape backup() {
        return ObjectShape.of(
                        required("name", name()),
                        required("method", choice("dump", "physical", "pgbackrest")),
                        optional("type", choice("full", "differential", "incremental")),
                        optional("databases", list(0, 1000, identifier(), JsonNode::textValue)),
                        optional("format", choice("custom", "directory")),
                        optional("jobs", integer(1, 64)),
                        optional("fingerprint", choice("off", "sample", "full")),
                        optional("maxRate", integer(LEAST_RATE, MOST_RATE)),
                        optional("checkpoint", choice("fast", "spread")),
                        optional("from", from()),
                        optional("repository", name()),
                        optional("schedule", CronShape.cron()),
                        optional("timeZone", CronShape.zone()),
                        optional("jitter", duration(DAY)),
                        optional("misfire", choice("run-once", "skip")),
                        optional(
                                "retention",
                                ObjectShape.of(
                                        optional("keep", integer(1, 100_000)),
                                        optional("full", integer(1, 100_000)),
                                        optional("maxAge", duration(LONG)))))
                .with(PolicyShapes::schedule)
                .with(PolicyShapes::methodFields)
                .with(PolicyShapes::retention);
    }

    /** A drill policy. */
    static ObjectShape drill() {
        return ObjectShape.of(
                        required("name", name()),
                        required(
                                "kind",
                                choice(
                                        List.of(RESTORE_TEST, POINT_IN_TIME),
                                        List.of("region-loss", "standby-promotion", "migration-rehearsal"),
                                        "drill.kind-not-available",
                                        "Declare a restore-test or a point-in-time, or leave this drill out.")),
                        required("method", choice("dump", "physical", "pgbackrest")),
                        optional("repository", name()),
                        optional("target", target()),
                        optional("schedule", CronShape.cron()),
                        optional("timeZone", CronShape.zone()),
                        optional("jitter", duration(DAY)),
                        optional("misfire", choice("run-once", "skip")))
                .with(PolicyShapes::schedule)
                .with((drill, written, at) -> {
                    if (!written.hasNonNull("target")) {
                        drill.putObject("target").put("type", "latest");
                    }
                })
                .with(PolicyShapes::drillTarget);
    }

    /** An assertion of the owner's. */
    static ObjectShape check() {
        return ObjectShape.of(
                required("name", text(200)),
                required("database", identifier()),
                required("sql", sql()),
                required("expect", expected()),
                optional("required", bool(), BooleanNode.TRUE));
    }

    /** A declaration names one server, and nothing says which other one follows it. */
    private static Shape from() {
        return (node, at) -> at.mistake(
                "policy.standby-not-available",
                "A cluster's declaration names one server, so a backup cannot be sent to another one yet.",
                "no from: the backup is taken from the server in connection",
                Shape.shown(node.asText()),
                "Leave from out; or declare the connection of the standby itself, and watch that it follows.");
    }

    private static Shape target() {
        return (node, at) -> {
            List<Violation> mistakes = RecoveryTargets.mistakes(at.pointer(), node);
            at.mistakes().addAll(mistakes);
            return mistakes.isEmpty() ? node : null;
        };
    }

    /** What the kind and the method of a drill have to do with its target. */
    private static void drillTarget(ObjectNode drill, JsonNode written, Shape.At at) {
        String kind = drill.path("kind").asText();
        if (kind.equals(RESTORE_TEST)) {
            JsonNode type = drill.path("target").path("type");
            if (type.isTextual() && !type.textValue().equals("latest")) {
                at.field("target")
                        .field("type")
                        .mistake(
                                "target.not-available",
                                "A restore-test reaches what the newest backup holds.",
                                "latest",
                                type.textValue(),
                                "Leave the target out, or declare a drill of kind " + POINT_IN_TIME + ".");
            }
        } else if (kind.equals(POINT_IN_TIME) && drill.path("method").asText().equals("dump")) {
            at.field("method")
                    .mistake(
                            "method.no-wal",
                            "A dump shows the moment of its snapshot and no other.",
                            "physical or pgbackrest",
                            "dump",
                            "Use physical or pgbackrest, or declare a restore-test.");
        }
    }

    private static Shape sql() {
        return (node, at) -> {
            if (!node.isTextual() || node.textValue().isBlank()) {
                return at.mistake("field.type", "This must be one SQL statement.", "text", Shape.kindOf(node), null);
            }
            String sql = node.textValue();
            if (sql.length() > 20_000 || sql.indexOf('\0') >= 0) {
                return at.mistake(
                        "field.value", "This statement is too long, or holds NUL.", "20000 characters", null, null);
            }
            int statements = SqlText.statements(sql);
            return statements == 1
                    ? node
                    : at.mistake(
                            "check.not-one-statement",
                            "A check is one SQL statement that gives one value.",
                            "1 statement",
                            statements + " statements",
                            statements > 1 ? "Make a check of each." : null);
        };
    }

    /** Text; whole numbers, true and false are taken as their text. A fraction's text would depend on who reads it. */
    private static Shape expected() {
        return (node, at) -> {
            if (node.isIntegralNumber() || node.isBoolean()) {
                return TextNode.valueOf(node.asText());
            }
            if (node.isTextual()
                    && node.textValue().length() <= 10_000
                    && node.textValue().indexOf('\0') < 0) {
                return node;
            }
            return at.mistake(
                    "field.type",
                    "The expected value must be text.",
                    "text",
                    Shape.kindOf(node),
                    node.isNumber() ? "Write it in quotes, as PostgreSQL prints it." : null);
        };
    }

    private static void schedule(ObjectNode policy, JsonNode written, Shape.At at) {
        if (written.hasNonNull("schedule")) {
            fill(policy, "timeZone", "UTC");
            fill(policy, "misfire", "run-once");
            return;
        }
        for (String field : List.of("timeZone", "jitter", "misfire")) {
            if (policy.has(field)) {
                at.field(field)
                        .mistake(
                                "field.not-applicable",
                                "This says something about a schedule, and there is none.",
                                "a schedule beside it",
                                null,
                                "Add a schedule, or leave " + field + " out.");
            }
        }
    }

    private static void methodFields(ObjectNode policy, JsonNode written, Shape.At at) {
        String method = policy.path("method").textValue();
        if (method != null && !method.equals("physical")) {
            ONLY_PHYSICAL.forEach(field -> notFor(method, policy, field, at));
        }
        if (Objects.equals(method, "pgbackrest")) {
            ONLY_DUMP.forEach(field -> notFor("pgbackrest", policy, field, at));
            fill(policy, "type", "full");
        } else if (Objects.equals(method, "physical")) {
            ONLY_DUMP.forEach(field -> notFor("physical", policy, field, at));
            notFor("physical", policy, "type", at);
            notFor("physical", policy, "jobs", at);
            fill(policy, "checkpoint", "fast");
            return;
        } else if (Objects.equals(method, "dump")) {
            notFor("dump", policy, "type", at);
            fill(policy, "format", "custom");
            fill(policy, "fingerprint", "full");
            if (policy.path("jobs").asInt(1) > 1
                    && policy.path("format").asText().equals("custom")) {
                at.field("jobs")
                        .mistake(
                                "field.not-applicable",
                                "pg_dump writes its custom format with one job.",
                                "jobs: 1, or format: directory",
                                policy.path("jobs").asText(),
                                "Set format: directory.");
            }
        }
        if (method != null && !policy.has("jobs")) {
            policy.put("jobs", 1);
        }
    }

    private static void retention(ObjectNode policy, JsonNode written, Shape.At at) {
        if (!(policy.get("retention") instanceof ObjectNode retention) || !policy.has("method")) {
            return;
        }
        Shape.At place = at.field("retention");
        boolean pgbackrest = policy.path("method").asText().equals("pgbackrest");
        boolean counted = !pgbackrest; // each by itself, not by chains
        if (written.path("retention").isEmpty()) {
            place.mistake(
                    "retention.empty",
                    "This retention says nothing.",
                    counted ? "keep, maxAge, or both" : "full, maxAge, or both",
                    null,
                    "Leave retention out to keep everything.");
        }
        if (counted && retention.has("full")) {
            place.field("full")
                    .mistake(
                            "retention.nonsense",
                            "These backups stand each alone, and are counted by keep.",
                            "keep",
                            "full",
                            "Write keep.");
        }
        if (pgbackrest && retention.has("keep")) {
            place.field("keep")
                    .mistake(
                            "retention.nonsense",
                            "pgBackRest's backups are kept by full backups and what depends on them.",
                            "full",
                            "keep",
                            "Write full.");
        }
        if (pgbackrest
                && retention.has("full")
                && !policy.path("type").asText("full").equals("full")) {
            place.field("full")
                    .mistake(
                            "retention.nonsense",
                            "Full backups are counted by a policy that takes them; others go with theirs.",
                            "on a policy of type full",
                            policy.path("type").asText(),
                            "Move it to the policy of type full.");
        }
    }

    private static void notFor(String method, ObjectNode policy, String field, Shape.At at) {
        if (policy.has(field)) {
            at.field(field)
                    .mistake(
                            "field.not-applicable",
                            "The method " + method + " knows no " + field + ".",
                            null,
                            null,
                            "Leave " + field + " out.");
        }
    }

    private static void fill(ObjectNode node, String field, String value) {
        if (!node.has(field)) {
            node.put(field, value);
        }
    }
}
