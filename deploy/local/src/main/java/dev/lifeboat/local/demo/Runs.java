package dev.lifeboat.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.api.LifeboatApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks for backups and drills and follows them to their end, showing what is new as it arrives. */
final class Runs {
    private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled", "skipped");

    private final LifeboatApi operator;
    private final Teller teller;
    private final InstantSource clock;

    Runs(LifeboatApi operator, Teller teller, InstantSource clock) {
        this.operator = operator;
        this.teller = teller;
        this.clock = clock;
    }

    /** Asks for a backup and follows it. */
    JsonNode backup(String cluster, String body) {
        String id = idOf(operator.post("backup", "/api/v1/clusters/" + cluster + "/backups", body)
                .expect(202));
        return followBackup(id);
    }

    /** Follows a backup to its end. */
    JsonNode followBackup(String id) {
        return await(
                () -> operator.get("backup", "/api/v1/backups/" + id)
                        .expect(200)
                        .body(),
                backup -> {
                    JsonNode progress = backup.path("progress");
                    long done = progress.path("bytesDone").asLong();
                    long rate = progress.path("bytesPerSecond").asLong();
                    teller.moving(backup.path("state").asText() + " "
                            + progress.path("phase").asText("") + " "
                            + Teller.megabytes(done)
                            + (progress.hasNonNull("percent")
                                    ? " " + progress.path("percent").asInt() + " %"
                                    : "")
                            + (rate > 0 ? " at " + Teller.megabytes(rate) + "/s" : ""));
                    return ENDED.contains(backup.path("state").asText());
                },
                Duration.ofMinutes(10),
                "backup " + id);
    }

    /** The first backup of a policy that a schedule started after the given moment. */
    JsonNode scheduled(String cluster, String policy, Instant since) {
        JsonNode list = await(
                () -> find(cluster, policy, since),
                found -> {
                    teller.moving("waiting for the schedule of " + policy + " to fire on the minute");
                    return !found.isMissingNode();
                },
                Duration.ofMinutes(3),
                "a scheduled run of " + policy);
        return followBackup(list.path("backupId").asText(list.path("id").asText()));
    }

    /** Waits until a cluster's WAL is streamed. */
    JsonNode streaming(String cluster) {
        return await(
                () -> operator.get("backup", "/api/v1/clusters/" + cluster + "/wal")
                        .expect(200)
                        .body(),
                wal -> {
                    teller.moving("stream " + wal.path("state").asText());
                    return "streaming".equals(wal.path("state").asText());
                },
                Duration.ofMinutes(1),
                "the stream of " + cluster);
    }

    /** Waits until the store holds what was committed at that moment; gives the recovery window that does. */
    JsonNode reaching(String cluster, Instant moment) {
        return await(
                () -> operator.get("backup", "/api/v1/clusters/" + cluster + "/recovery-window")
                        .expect(200)
                        .body(),
                window -> {
                    JsonNode at = window.path("newest").path("at");
                    teller.moving("the bucket reaches " + at.asText("nothing yet"));
                    return at.isTextual() && Instant.parse(at.asText()).isAfter(moment);
                },
                Duration.ofMinutes(1),
                "the recovery window of " + cluster + " to reach " + moment);
    }

    private JsonNode find(String cluster, String policy, Instant since) {
        JsonNode page = operator.get("backup", "/api/v1/clusters/" + cluster + "/backups")
                .expect(200)
                .body();
        for (JsonNode backup : page.path("items")) {
            if (policy.equals(backup.path("policy").asText())
                    && backup.hasNonNull("dueAt")
                    && Instant.parse(backup.path("dueAt").asText()).isAfter(since)
                    && !"skipped".equals(backup.path("state").asText())) {
                return backup;
            }
        }
        return page.path("none");
    }

    /** Asks for a drill and follows it to its verdict. */
    JsonNode drill(String body) {
        String id = idOf(operator.post("restore", "/api/v1/drills", body).expect(202));
        Set<String> shown = new HashSet<>();
        return await(
                () -> operator.get("restore", "/api/v1/drills/" + id)
                        .expect(200)
                        .body(),
                drill -> {
                    for (JsonNode check : drill.path("checks")) {
                        if (shown.add(check.path("name").asText())) {
                            show(check);
                        }
                    }
                    String state = drill.path("state").asText();
                    teller.moving(
                            state + " " + drill.path("progress").path("phase").asText(""));
                    return ENDED.contains(state) && drill.hasNonNull("verdict");
                },
                Duration.ofMinutes(10),
                "drill " + id);
    }

    private void show(JsonNode check) {
        teller.check(
                check.path("verdict").asText(),
                check.path("name").asText()
                        + (check.hasNonNull("reason")
                                ? ": " + check.path("reason").asText()
                                : ""));
    }

    private static String idOf(LifeboatApi.Answer answer) {
        String location = answer.location();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private JsonNode await(Supplier<JsonNode> read, Function<JsonNode, Boolean> done, Duration limit, String what) {
        Instant end = clock.instant().plus(limit);
        while (true) {
            JsonNode now = read.get();
            if (done.apply(now)) {
                return now;
            }
            if (clock.instant().isAfter(end)) {
                throw new LocalStackException(
                        "demo-timeout", what + " to end within " + limit, now.toString(), "look at the services' logs");
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
