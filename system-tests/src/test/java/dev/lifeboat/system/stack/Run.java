package dev.lifeboat.system.stack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.api.LifeboatApi;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A backup or a drill that was asked for, followed over the API; who answers may be away in between. */
public final class Run {
    private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled", "skipped");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);

    private final LifeboatApi api;
    private final String service;
    private final String path;

    private Run(LifeboatApi api, String service, String path) {
        this.api = api;
        this.service = service;
        this.path = path;
    }

    /** Asks for a backup by a declared policy. */
    public static Run backup(LifeboatApi api, String cluster, String policy) {
        return asked(api, "backup", "/api/v1/clusters/" + cluster + "/backups", "{\"policy\":\"" + policy + "\"}");
    }

    /** A backup that is in the catalogue already. */
    public static Run knownBackup(LifeboatApi api, String id) {
        return new Run(api, "backup", "/api/v1/backups/" + id);
    }

    /** Asks for a restore test of a backup. */
    public static Run drill(LifeboatApi api, String cluster, Run backup) {
        return asked(api, "restore", "/api/v1/drills", restoreTest(cluster, backup));
    }

    /** Waits until a restore test of a backup can be planned: the news of it has arrived. */
    public static void awaitKnown(LifeboatApi api, String cluster, Run backup) {
        Awaitility.await("a plan for " + cluster)
                .atMost(LIMIT)
                .until(() -> api.post("restore", "/api/v1/plans", restoreTest(cluster, backup))
                                .status()
                        == 200);
    }

    /** With its method, a drill waits for the news of a backup that was only just completed. */
    private static String restoreTest(String cluster, Run backup) {
        return "{\"cluster\":\"%s\",\"kind\":\"restore-test\",\"method\":\"%s\",\"backupId\":\"%s\"}"
                .formatted(cluster, backup.now().path("method").asText(), backup.id());
    }

    private static Run asked(LifeboatApi api, String service, String path, String body) {
        URI place = URI.create(api.post(service, path, body).expect(202).location());
        return new Run(api, service, place.getPath());
    }

    /** Its id. */
    public String id() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The same run seen by another caller, or at another instance. */
    public Run by(LifeboatApi other) {
        return new Run(other, service, path);
    }

    /** How it stands. */
    public JsonNode now() {
        return api.get(service, path).expect(200).body();
    }

    /** Waits until it is as wanted. */
    public JsonNode await(String what, Predicate<JsonNode> wanted) {
        return Awaitility.await(what)
                .atMost(LIMIT)
                .pollInterval(POLL)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(e -> e instanceof UncheckedIOException)
                .until(this::now, now -> {
                    if (!wanted.test(now) && isOver(now)) {
                        throw new AssertionError("it ended before " + what + ": " + now);
                    }
                    return wanted.test(now);
                });
    }

    /** Waits until it is in a state. */
    public JsonNode awaitState(String state) {
        return await("state " + state, now -> now.path("state").asText().equals(state));
    }

    /** Waits for its end; that of a drill has a verdict. */
    public JsonNode awaitEnd() {
        return await("the end", this::isOver);
    }

    private boolean isOver(JsonNode now) {
        return ENDED.contains(now.path("state").asText()) && (service.equals("backup") || now.hasNonNull("verdict"));
    }
}
