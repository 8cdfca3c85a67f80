package dev.lifeboat.backup.stream;

import static dev.lifeboat.backup.fleet.FleetRequests.as;
import static dev.lifeboat.backup.fleet.FleetRequests.delete;
import static dev.lifeboat.backup.fleet.FleetRequests.get;
import static dev.lifeboat.backup.fleet.FleetRequests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.backup.wal.WalCodec;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.metrics.RowGauges;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams as they are declared, in the service as it is wired: what reaches the bucket, what is shown, and what is told. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
@Timeout(120)
class StreamIT {
    private static final LocalParts PARTS = LocalParts.shared();
    private static Server server;

    @Inject
    RowGauges gauges;

    @Inject
    Database database;

    @Inject
    Fleet fleet;

    @Inject
    RepositoryStores stores;

    @BeforeAll
    static void start() throws Exception {
        server = Server.primary("streamed", Map.of("wal_keep_size", "1GB", "max_slot_wal_keep_size", "8GB"));
        server.sql("create table t (id int, text text)");
        ServiceParts.secret("wal-password", Server.PASSWORD);
    }

    @AfterAll
    static void end() {
        server.cluster().kill();
    }

    @Test
    void aDeclaredClustersWalIsInTheBucketByteForByteAndEndsWithItsDeclaration() throws Exception {
        declare("flowing", "{mode: stream, maxLag: PT1S}", Server.ROLE);
        await().atMost(Duration.ofMinutes(1)).until(() -> state("flowing").equals("streaming"));
        for (int i = 0; i < 3; i++) {
            server.sql(
                    "insert into t select g, md5(g::text) from generate_series(1, 2000) g", "select pg_switch_wal()");
        }
        server.sql("insert into t values (0, 'the last')");
        Lsn flushed = server.flushed();
        awaitStored("flowing", flushed);

        assertThat(requireEqual("flowing")).isGreaterThanOrEqualTo(3);
        JsonNode view = view("flowing");
        String slot = view.path("slot").asText();
        assertThat(view.path("durability").asText()).isEqualTo("segment");
        assertThat(view.path("repository").asText()).isEqualTo("flowing");
        assertThat(view.path("lastStored").path("object").asText()).startsWith("clusters/flowing/");
        await().atMost(Duration.ofMinutes(1)).until(() -> view("flowing")
                .path("retained")
                .path("limitedBy")
                .asText()
                .equals("max_slot_wal_keep_size"));
        List<JsonNode> told = events(
                "flowing", "wal.stored", event -> !Lsn.parse(event.path("toLsn").asText())
                        .isBefore(flushed));
        assertThat(told.stream()
                        .mapToInt(event -> event.path("segments").asInt())
                        .sum())
                .isGreaterThanOrEqualTo(3);
        joined(told);
        gauges.refresh();
        as(Roles.VIEWER)
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .body(org.hamcrest.Matchers.containsString(
                        "lifeboat_wal_lag_bytes{cluster=\"flowing\",repository=\"flowing\""));

        declare("flowing", "{mode: stream, maxLag: PT1S, durability: synchronous}", Server.ROLE);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> state("flowing").equals("streaming")
                        && server.ask("select count(*) from pg_replication_slots where slot_name like '" + slot + "%'")
                                .equals("2"));
        server.sql("insert into t values (1, 'after the change')");
        awaitStored("flowing", server.flushed());
        requireEqual("flowing");

        declare("flowing", "{mode: none}", Server.ROLE);
        await().atMost(Duration.ofMinutes(1)).until(() -> state("flowing").equals("ended"));
        assertThat(server.ask("select count(*) from pg_replication_slots where slot_name like '" + slot + "%'"))
                .isEqualTo("0");
        assertThat(requireEqual("flowing")).isGreaterThanOrEqualTo(3);

        declare("flowing", "{mode: stream, maxLag: PT1S}", Server.ROLE);
        await().atMost(Duration.ofMinutes(1)).until(() -> state("flowing").equals("streaming"));
        delete("clusters/flowing?confirm=flowing").then().statusCode(204);
        await().atMost(Duration.ofMinutes(1)).until(() -> server.ask(
                        "select count(*) from pg_replication_slots where slot_name like '" + slot + "%'")
                .equals("0"));
    }

    @Test
    void aBlockedStreamSaysWhatToDoAndGoesOnWhenItWasDone() throws Exception {
        server.cluster().ensureRole("lately", "p");
        ServiceParts.secret("lately-password", "p");
        declare("refused", "{mode: stream}", "lately", "lately-password", "?test=false");
        await().atMost(Duration.ofMinutes(1)).until(() -> state("refused").equals("blocked"));
        JsonNode blocked = view("refused");
        assertThat(blocked.path("failure").path("code").asText()).isEqualTo("replication.role-lacks-replication");
        assertThat(blocked.path("failure").path("hint").asText()).contains("ALTER ROLE \"lately\" REPLICATION");
        assertThat(events(
                        "refused", "wal.stalled", event -> event.path("blocked").asBoolean()))
                .hasSize(1);

        server.sql("alter role lately replication");
        as(Roles.OPERATOR).post("/api/v1/clusters/refused/wal/resume").then().statusCode(202);

        await().atMost(Duration.ofMinutes(1)).until(() -> state("refused").equals("streaming"));
        assertThat(view("refused").has("failure")).isFalse();
        assertThat(events("refused", "wal.resumed", event -> true)).hasSize(1);
        as(Roles.VIEWER).post("/api/v1/clusters/refused/wal/resume").then().statusCode(403);
        delete("clusters/refused?confirm=refused").then().statusCode(204);
    }

    @Test
    void aServersDiskIsSavedByPolicyAndTheGapIsTold() throws Exception {
        declare(
                "piling",
                "{mode: stream, maxLag: PT1S, slotGuard: {limit: 67108864, onLimit: drop}}\nbackups: [{name: base, method: physical}]",
                Server.ROLE);
        await().atMost(Duration.ofMinutes(1)).until(() -> state("piling").equals("streaming"));
        server.sql("insert into t values (2, 'before')");
        Lsn before = server.flushed();
        awaitStored("piling", before);
        String slot = view("piling").path("slot").asText();
        server.sql("alter system set wal_keep_size = '0'", "select pg_reload_conf()");
        // The store refuses from now on, and nobody takes the WAL.
        ServiceParts.secret("piling-secret", "wrong");
        as(Roles.OPERATOR).post("/api/v1/clusters/piling/wal/resume").then().statusCode(202);
        await().atMost(Duration.ofMinutes(1)).until(() -> state("piling").equals("blocked"));
        for (int i = 0; i < 5; i++) {
            server.sql("insert into t values (3, 'piles up')", "select pg_switch_wal()");
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> server.ask("select count(*) from pg_replication_slots where slot_name = '" + slot + "'")
                        .equals("0"));
        JsonNode guarded = events("piling", "wal.slot-guarded", event -> event.path("level")
                        .asText()
                        .equals("dropped"))
                .getLast();
        assertThat(guarded.path("retainedBytes").asLong()).isGreaterThanOrEqualTo(67108864);
        assertThat(guarded.path("limitedBy").asText()).isEqualTo("declaration");
        server.sql("checkpoint", "insert into t values (4, 'lost')", "select pg_switch_wal()", "checkpoint");

        ServiceParts.secret("piling-secret", PARTS.east().secretKey());
        as(Roles.OPERATOR).post("/api/v1/clusters/piling/wal/resume").then().statusCode(202);
        await().atMost(Duration.ofMinutes(1)).until(() -> state("piling").equals("streaming"));
        server.sql("insert into t values (5, 'after')");
        awaitStored("piling", server.flushed());

        JsonNode gap = events("piling", "wal.gap-found", event -> true).getFirst();
        assertThat(Lsn.parse(gap.path("fromLsn").asText())).isGreaterThanOrEqualTo(before);
        assertThat(Lsn.parse(gap.path("toLsn").asText()))
                .isGreaterThan(Lsn.parse(gap.path("fromLsn").asText()));
        // Without a base behind it, what is stored after the gap is of no use.
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            JsonNode backups = get("clusters/piling/backups").as(JsonNode.class).path("items");
            return backups.size() == 1 && backups.get(0).path("state").asText().equals("completed");
        });
        delete("clusters/piling?confirm=piling").then().statusCode(204);
    }

    @Test
    void whatIsNotStreamedSaysSo() {
        put("repositories/plain", FleetRequests.repository("plain")).then().statusCode(201);
        put("clusters/still", FleetRequests.cluster("still", "plain")).then().statusCode(201);

        get("clusters/still/wal").then().statusCode(200).body("mode", equalTo("none"));
        as(Roles.OPERATOR)
                .post("/api/v1/clusters/still/wal/resume")
                .then()
                .statusCode(409)
                .body("code", equalTo("wal.not-streamed"));
        get("clusters/nobody/wal").then().statusCode(404);
    }

    @Test
    void intoAnEncryptedRepositoryWalGoesSealed() throws Exception {
        ServiceParts.secret("passphrase", "correct horse battery staple");
        ServiceParts.secret("locked-secret", PARTS.east().secretKey());
        String repository = FleetRequests.repository("locked").replace("east-secret", "locked-secret");
        String encrypted = repository + "encryption: {passphrase: {file: passphrase}}\n";
        assertThat(put("repositories/locked", encrypted).statusCode()).isEqualTo(201);
        put("clusters/locked", cluster("locked", "{mode: stream, maxLag: PT1S}", Server.ROLE, "wal-password"))
                .then()
                .statusCode(201);
        server.sql("insert into t values (7, 'nobody reads this')", "select pg_switch_wal()");
        server.sql("insert into t values (8, 'nor this')");
        awaitStored("locked", server.flushed());

        assertThat(view("locked").path("lastStored").path("object").asText()).endsWith(".zst.age");
        String folder = "clusters/locked/" + get("clusters/locked").jsonPath().getString("id") + "/";
        RepositorySpec declared = database.inTransaction(transaction -> fleet.repository(transaction, "locked"))
                .orElseThrow()
                .spec();
        int segments = 0;
        try (ObjectStore store = stores.open(declared)) {
            for (String key : store.list(folder + "wal/", Optional.empty())
                    .map(ObjectInfo::key)
                    .toList()) {
                assertThat(key).endsWith(".zst.age");
                String name = key.substring(key.lastIndexOf('/') + 1);
                if (name.matches("[0-9A-F]{24}\\.zst\\.age")) {
                    segments++;
                    try (InputStream wal = WalCodec.zstd().decode(store.get(key, Optional.empty()))) {
                        assertThat(wal.readAllBytes()).isEqualTo(Files.readAllBytes(server.wal(name.substring(0, 24))));
                    }
                }
            }
        }
        assertThat(segments).isPositive();

        assertThat(put("repositories/locked", repository).statusCode()).isEqualTo(409);
        ServiceParts.secret("passphrase", "not the one that it was sealed with");
        as(Roles.OPERATOR).post("/api/v1/clusters/locked/wal/resume").then().statusCode(202);
        server.sql("insert into t values (9, 'nor that')", "select pg_switch_wal()");
        await().atMost(Duration.ofMinutes(1)).until(() -> state("locked").equals("blocked"));
        assertThat(view("locked").path("failure").path("code").asText()).isEqualTo("encryption.passphrase-wrong");
        delete("clusters/locked?confirm=locked").then().statusCode(204);
    }

    private static void declare(String name, String wal, String role) {
        declare(name, wal, role, "wal-password", "");
    }

    private static void declare(String name, String wal, String role, String password, String query) {
        String repository = FleetRequests.repository(name).replace("east-secret", name + "-secret");
        if (!Files.exists(ServiceParts.secretsDirectory().resolve(name + "-secret"))) {
            ServiceParts.secret(name + "-secret", PARTS.east().secretKey());
        }
        assertThat(put("repositories/" + name, repository).statusCode()).isIn(200, 201);
        var answer = put("clusters/" + name + query, cluster(name, wal, role, password));
        assertThat(answer.statusCode()).as(answer.asString()).isIn(200, 201);
    }

    private static String cluster(String name, String wal, String role, String password) {
        return """
                name: %s
                connection: {host: %s, port: %d, user: %s, password: {file: %s}}
                repositories: [%s]
                wal: %s
                """
                .formatted(name, PostgresCluster.HOST, server.cluster().port(), role, password, name, wal);
    }

    private static JsonNode view(String cluster) {
        return FleetRequests.answer("clusters/" + cluster + "/wal").body();
    }

    private static String state(String cluster) {
        return view(cluster).path("state").asText();
    }

    private static void awaitStored(String cluster, Lsn upTo) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            String stored = view(cluster).path("positions").path("stored").asText();
            return !stored.isEmpty() && !Lsn.parse(stored).isBefore(upTo);
        });
    }

    /** What was told of a cluster until such an event, of that type alone. */
    private static List<JsonNode> events(String cluster, String type, Predicate<JsonNode> last) {
        List<JsonNode> all = SpokenEvents.of("lifeboat.wal", "cluster/" + cluster, events -> events.stream()
                .anyMatch(event -> of(event, type) && last.test(event.path("data"))));
        List<JsonNode> found = all.stream()
                .filter(event -> of(event, type))
                .map(event -> event.path("data"))
                .toList();
        assertThat(found).as(type + " among " + all).anyMatch(last);
        return found;
    }

    private static boolean of(JsonNode event, String type) {
        return event.path("type").asText().equals("dev.lifeboat." + type + ".v1");
    }

    /** Each batch goes on where the one before it ended. */
    private static void joined(List<JsonNode> batches) {
        for (int i = 1; i < batches.size(); i++) {
            assertThat(batches.get(i).path("fromLsn").asText())
                    .isEqualTo(batches.get(i - 1).path("toLsn").asText());
        }
    }

    /** Segments in the bucket, decoded by the stock tool, are the server's files; says how many there are. */
    private static int requireEqual(String cluster) throws Exception {
        S3Endpoint east = PARTS.east();
        Path base =
                east.objects(east.bucket()).resolve(cluster).resolve("clusters").resolve(cluster);
        List<Path> segments;
        try (Stream<Path> files = Files.walk(base)) {
            segments = files.filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}\\.zst"))
                    .toList();
        }
        for (Path segment : segments) {
            Process zstd = new ProcessBuilder("zstd", "-dc", segment.toString()).start();
            byte[] decoded = zstd.getInputStream().readAllBytes();
            assertThat(zstd.waitFor()).isZero();
            Path file = server.wal(segment.getFileName().toString().substring(0, 24));
            assertThat(decoded).as(segment.toString()).isEqualTo(Files.readAllBytes(file));
        }
        return segments.size();
    }
}
