package dev.lifeboat.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.BackupMoment.Method;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PackagedService;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Two instances of the service over one database, a server that they back up, and what can be seen of it from outside. */
final class KilledServiceStage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CLUSTER = "endangered";
    private static final String PREFIX = "endangered/";

    private final LocalParts parts = LocalParts.shared();
    private final S3Endpoint east = parts.east();
    private final PostgresCluster server = parts.newPostgres(CLUSTER, Map.of("archive_mode", "on"));
    private final Path folder = parts.newFolder("killed");
    private final Path secondWork = parts.newFolder("killed-second");
    private final PackagedService first;
    private final PackagedService second;

    KilledServiceStage() throws Exception {
        server.start(Lifetime.OF_THIS_JVM);
        server.execute(
                "postgres",
                "create table big (id bigint primary key, note text)",
                "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 250000) g");
        Map<String, String> settings = ServiceParts.settings(folder);
        first = new PackagedService("backup-service", parts.newFolder("first"), settings);
        Map<String, String> elsewhere = new HashMap<>(settings);
        elsewhere.put("lifeboat.work-directory", secondWork.toString());
        second = new PackagedService("backup-service", parts.newFolder("second"), elsewhere);
        Path secrets = Path.of(settings.get("lifeboat.secrets-directory"));
        ServiceParts.secret(secrets, "east-access", east.accessKey());
        ServiceParts.secret(secrets, "east-secret", east.secretKey());
        ServiceParts.secret(secrets, "endangered-password", server.password());
        first.start();
        declare();
        first.stop();
    }

    private static RequestSpecification as(PackagedService service, String role) {
        return given().baseUri("http://127.0.0.1")
                .port(service.port())
                .header("Authorization", "Bearer " + ServiceParts.token(role));
    }

    PackagedService first() {
        return first;
    }

    PackagedService second() {
        return second;
    }

    /** A backup that was asked for. */
    record Asked(Method method, String id, Instant at) {}

    Asked ask(PackagedService service, Method method) {
        Instant now = Instant.now();
        String location = as(service, Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(method.request())
                .post("/api/v1/clusters/" + CLUSTER + "/backups")
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        return new Asked(method, location.substring(location.lastIndexOf('/') + 1), now);
    }

    /** Waits for the moment, and looks often: what follows is over soon. */
    void await(BackupMoment moment, Asked backup, PackagedService service) throws Exception {
        Awaitility.await(moment + " of " + backup + "; log: " + service.log())
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                // Looking for tools reads all processes: oftener, it would take a processor from what is waited for.
                .pollInterval(Duration.ofMillis(moment.byTools() ? 20 : 2))
                .until(() -> {
                    service.requireAlive();
                    return seen(moment, backup);
                });
    }

    private boolean seen(BackupMoment moment, Asked backup) {
        return switch (moment) {
            case REQUESTED -> true;
            case GLOBALS_STORED -> isStored(backup, "/globals.sql");
            case DUMPING -> tools(backup).stream().anyMatch(tool -> tool.contains("/pg_dump "));
            case STORED -> isStored(backup, "/dump.pgc");
            case COPYING -> tools(backup).stream().anyMatch(tool -> tool.contains(backup.id()));
            case SET_LISTED -> !setsSince(backup).isEmpty();
            case DESCRIBED -> isStored(backup, "/inventory.json");
            case PUBLISHED -> isStored(backup, "/manifest.json");
        };
    }

    private boolean isStored(Asked backup, String name) {
        return files(clusters()).stream().anyMatch(file -> file.contains(backup.id()) && file.endsWith(name));
    }

    /** Sets of pgBackRest that are complete and younger than the request. */
    private List<String> setsSince(Asked backup) {
        return files(clusters()).stream()
                .filter(file -> file.endsWith("/backup.manifest"))
                .filter(file -> modified(Path.of(file)).toInstant().isAfter(backup.at()))
                .toList();
    }

    /** Its end; answers the digest of its manifest. */
    String completed(Asked backup, PackagedService service) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> !Set.of("requested", "running")
                .contains(view(backup, service).path("state").asText()));
        JsonNode view = view(backup, service);
        assertThat(view.path("state").asText()).as(view.toPrettyString()).isEqualTo("completed");
        assertThat(view.path("manifest").path("sha256").asText()).isNotBlank();
        return view.path("manifest").path("sha256").asText();
    }

    private static JsonNode view(Asked backup, PackagedService service) {
        return LifeboatApi.of(URI.create("http://127.0.0.1:" + service.port()), ServiceParts.token(Roles.VIEWER))
                .get("backup", "/api/v1/backups/" + backup.id())
                .body();
    }

    /** Waits, not for long, until no tool and no session of the backup is there. */
    void noToolIsLeft(Asked backup) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(tools(backup)).isEmpty();
            assertThat(sessions()).isEmpty();
        });
    }

    /** One backup, whole, said once; no other object, upload, slot, tool or scratch folder. */
    void nothingElseIsLeft(Asked backup, List<PackagedService> services) throws Exception {
        noToolIsLeft(backup);
        JsonNode view = view(backup, services.getFirst());
        Path base = east.objects(east.bucket()).resolve(PREFIX);
        Path manifestFile = base.resolve(view.path("manifest").path("key").asText());
        byte[] bytes = Files.readAllBytes(manifestFile);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo(view.path("manifest").path("sha256").asText());
        JsonNode manifest = JSON.readTree(bytes);
        List<String> keys =
                new ArrayList<>(List.of(view.path("manifest").path("key").asText()));
        manifest.findValuesAsText("key").forEach(keys::add);
        assertThat(files(clusters()).stream()
                        .filter(file -> file.contains(backup.id()))
                        .map(file -> base.relativize(Path.of(file)).toString()))
                .containsExactlyInAnyOrderElementsOf(keys);
        if (backup.method() == Method.PGBACKREST) {
            assertThat(setsSince(backup))
                    .singleElement()
                    .asString()
                    .contains(view.path("label").asText());
        }
        assertThat(unfinishedUploads()).isZero();
        assertThat(query("select slot_name from pg_replication_slots")).isEmpty();
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        Stream.concat(files(folder).stream(), files(secondWork).stream())
                                .filter(file -> file.contains(backup.id())))
                .isEmpty());
        List<JsonNode> said = SpokenEvents.of("lifeboat.backups", "cluster/" + CLUSTER, events -> events.stream()
                .anyMatch(event -> isCompletion(event, backup)));
        assertThat(said.stream().filter(event -> isCompletion(event, backup))).hasSize(1);
    }

    private static boolean isCompletion(JsonNode event, Asked backup) {
        return event.path("type").asText().equals("dev.lifeboat.backup.completed.v1")
                && event.path("data").path("backupId").asText().equals(backup.id());
    }

    private int unfinishedUploads() {
        S3Settings settings = new S3Settings(
                URI.create(east.endpoint()),
                east.region(),
                east.bucket(),
                PREFIX,
                east.accessKey(),
                Secret.of(east.secretKey()),
                Optional.of(east.caFile()),
                true);
        try (ObjectStore store = new ObjectStores(Clock.systemUTC()).open(settings)) {
            return store.abortStaleUploads("", Instant.now().plus(Duration.ofHours(1)));
        }
    }

    /** Command lines of tools that work for the backup on this server. */
    private List<String> tools(Asked backup) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            all.filter(process ->
                            Character.isDigit(process.getFileName().toString().charAt(0)))
                    .forEach(process -> {
                        String command = told(process.resolve("cmdline"));
                        String program = command.substring(0, Math.max(0, command.indexOf(' ')));
                        boolean dumps = (program.endsWith("/pg_dump") || program.endsWith("/pg_dumpall"))
                                && (command + told(process.resolve("environ")))
                                        .contains(Integer.toString(server.port()));
                        boolean copies = program.endsWith("pgbackrest") && command.contains(backup.id());
                        if (dumps || copies) {
                            found.add(command);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String told(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }

    private List<String> sessions() {
        return query(
                "select application_name || ': ' || query from pg_stat_activity where application_name"
                        + " like 'pg_dump%' or application_name like 'lifeboat backup%' or application_name like 'pgBackRest%'");
    }

    private List<String> query(String sql) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Path clusters() {
        return east.objects(east.bucket()).resolve(PREFIX).resolve("clusters").resolve(CLUSTER);
    }

    /** All files below, while others make and remove some. */
    private static List<String> files(Path below) {
        List<String> found = new ArrayList<>();
        collect(below.toFile(), found);
        return found;
    }

    private static void collect(File folder, List<String> found) {
        File[] inside = folder.listFiles();
        if (inside == null) {
            return;
        }
        for (File each : inside) {
            if (each.isDirectory()) {
                collect(each, found);
            } else {
                found.add(each.getPath());
            }
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private void declare() {
        as(first, Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"endangered","type":"s3","endpoint":"%s","region":"%s","bucket":"%s",
                         "prefix":"%s","credentials":{"accessKey":{"file":"east-access"},
                         "secretKey":{"file":"east-secret"}},"caFile":"%s","pathStyle":true}"""
                                .formatted(east.endpoint(), east.region(), east.bucket(), PREFIX, east.caFile()))
                .put("/api/v1/repositories/endangered")
                .then()
                .statusCode(oneOf(200, 201));
        as(first, Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"endangered","connection":{"host":"127.0.0.1","port":%d,"user":"postgres",
                         "password":{"file":"endangered-password"}},"dataDirectory":"%s",
                         "repositories":["endangered"]}"""
                                .formatted(server.port(), server.dataDirectory()))
                .put("/api/v1/clusters/" + CLUSTER)
                .then()
                .statusCode(oneOf(200, 201));
    }

    void close() {
        first.stop();
        second.stop();
        server.kill();
    }
}
