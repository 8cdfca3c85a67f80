package dev.lifeboat.backup.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PackagedService;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.postgres.Lsn;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two instances of the service, with the leases that it has by default: the one that follows a stream is stopped, replaced and
 * continued, or killed. Streaming goes on within 15 seconds, and what the bucket holds is what the server wrote.
 */
@Timeout(180)
class StreamTakeoverIT {
    /** Fifteen seconds are promised; how long it took is printed, for a machine that is busy proves nothing. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final LocalParts parts = LocalParts.shared();
    private final S3Endpoint east = parts.east();
    private final Path folder = parts.newFolder("takeover");
    private final AtomicBoolean over = new AtomicBoolean();
    private Server server;
    private Thread load;
    private PackagedService first;
    private PackagedService second;

    @BeforeEach
    void aStreamUnderLoad() throws Exception {
        server = Server.primary("followed", Map.of("wal_keep_size", "1GB"));
        server.sql("create table t (id int, text text)");
        Map<String, String> settings = ServiceParts.settings(folder);
        settings.put("lifeboat.operations.lease", "PT20S");
        settings.put("lifeboat.operations.heartbeat", "PT3S");
        settings.put("lifeboat.operations.sweep", "PT2S");
        first = new PackagedService("backup-service", parts.newFolder("takeover-first"), settings);
        Map<String, String> elsewhere = new HashMap<>(settings);
        elsewhere.put(
                "lifeboat.work-directory", parts.newFolder("takeover-work").toString());
        second = new PackagedService("backup-service", parts.newFolder("takeover-second"), elsewhere);
        Path secrets = Path.of(settings.get("lifeboat.secrets-directory"));
        ServiceParts.secret(secrets, "east-access", east.accessKey());
        ServiceParts.secret(secrets, "east-secret", east.secretKey());
        ServiceParts.secret(secrets, "wal-password", Server.PASSWORD);
        first.launch();
        first.ready();
        declare();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> view(first).path("state").asText().equals("streaming"));
        second.launch();
        second.ready();
        load = Thread.ofVirtual().start(this::write);
    }

    @AfterEach
    void end() throws Exception {
        over.set(true);
        load.join();
        first.stop();
        second.stop();
        server.cluster().kill();
    }

    @Test
    void whoeverIsGoneIsReplacedInTimeAndWritesNothingMore() throws Exception {
        first.pause();
        streamsSoon(second);
        first.resume();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Files.readString(first.log()).contains(" stops: "));
        first.requireAlive();

        second.kill();
        streamsSoon(first);

        over.set(true);
        load.join();
        Lsn flushed = server.flushed();
        awaitStored(first, flushed, Duration.ofSeconds(30));
        assertThat(server.ask("select count(*) from pg_stat_replication")).isEqualTo("1");
        requireEqual(flushed);
    }

    /** What is written from now on is in the store within the time that the promise gives. */
    private void streamsSoon(PackagedService by) throws Exception {
        long begun = System.nanoTime();
        awaitStored(by, server.flushed(), LONGEST);
        System.out.println("taken over after " + Duration.ofNanos(System.nanoTime() - begun));
    }

    private void awaitStored(PackagedService by, Lsn upTo, Duration longest) {
        await("stored up to " + upTo + "; log: " + by.log()).atMost(longest).until(() -> {
            String stored = view(by).path("positions").path("stored").asText();
            return !stored.isEmpty() && !Lsn.parse(stored).isBefore(upTo);
        });
    }

    private void write() {
        for (int i = 0; !over.get(); i++) {
            try {
                server.sql(
                        "insert into t select g, repeat(md5(g::text), 20) from generate_series(1, 500) g",
                        i % 20 == 19 ? "select pg_switch_wal()" : "select 1");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    /** Every object is what the server has at that place; whole segments follow each other up to the open one. */
    private void requireEqual(Lsn flushed) throws Exception {
        Path wal = east.objects(east.bucket()).resolve("followed/clusters/followed");
        List<Path> objects;
        try (Stream<Path> files = Files.walk(wal)) {
            objects = files.filter(file -> file.getFileName().toString().endsWith(".zst"))
                    .sorted()
                    .toList();
        }
        List<Long> whole = objects.stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches("[0-9A-F]{24}\\.zst"))
                .map(name -> Long.parseLong(name.substring(16, 24), 16))
                .toList();
        assertThat(whole).hasSizeGreaterThan(3);
        for (int i = 1; i < whole.size(); i++) {
            assertThat(whole.get(i)).isEqualTo(whole.get(i - 1) + 1);
        }
        for (Path object : objects) {
            byte[] decoded = decoded(object);
            String name = object.getFileName().toString();
            boolean piece = name.contains("-");
            String segment = piece ? object.getParent().getFileName().toString() : name.substring(0, 24);
            long offset = piece ? Long.parseLong(name.substring(0, 16), 16) & 0xFF_FFFF : 0;
            byte[] theirs = new byte[decoded.length];
            try (RandomAccessFile file =
                    new RandomAccessFile(server.wal(segment).toFile(), "r")) {
                file.seek(offset);
                file.readFully(theirs);
            }
            assertThat(Arrays.mismatch(decoded, theirs))
                    .as(object + " up to " + flushed)
                    .isEqualTo(-1);
        }
    }

    private static byte[] decoded(Path object) throws Exception {
        Process zstd = new ProcessBuilder("zstd", "-dc", object.toString()).start();
        byte[] decoded = zstd.getInputStream().readAllBytes();
        assertThat(zstd.waitFor()).isZero();
        return decoded;
    }

    private void declare() {
        as(first, Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"followed","type":"s3","endpoint":"%s","region":"%s","bucket":"%s","prefix":"followed/",
                         "credentials":{"accessKey":{"file":"east-access"},"secretKey":{"file":"east-secret"}},
                         "caFile":"%s","pathStyle":true}"""
                                .formatted(east.endpoint(), east.region(), east.bucket(), east.caFile()))
                .put("/api/v1/repositories/followed")
                .then()
                .statusCode(201);
        as(first, Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"followed","connection":{"host":"%s","port":%d,"user":"%s",
                         "password":{"file":"wal-password"}},"repositories":["followed"],
                         "wal":{"mode":"stream","maxLag":"PT1S"}}"""
                                .formatted(
                                        PostgresCluster.HOST, server.cluster().port(), Server.ROLE))
                .put("/api/v1/clusters/followed")
                .then()
                .statusCode(201);
    }

    private static JsonNode view(PackagedService service) {
        return LifeboatApi.of(URI.create("http://127.0.0.1:" + service.port()), ServiceParts.token(Roles.VIEWER))
                .get("backup", "/api/v1/clusters/followed/wal")
                .body();
    }

    private static RequestSpecification as(PackagedService service, String role) {
        return given().baseUri("http://127.0.0.1")
                .port(service.port())
                .header("Authorization", "Bearer " + ServiceParts.token(role));
    }
}
