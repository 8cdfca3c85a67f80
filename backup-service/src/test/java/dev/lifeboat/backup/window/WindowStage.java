package dev.lifeboat.backup.window;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.S3Settings;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A server that archives with pgBackRest into an encrypted repository, declared to the service under test. */
public final class WindowStage {
    private static final LocalParts PARTS = LocalParts.shared();
    private static final Duration SOON = Duration.ofMinutes(2);

    private static WindowStage shared;

    private final String name;
    private final PostgresCluster server;
    private String before;

    /** The one of this JVM: its server archives while tests come and go. */
    public static synchronized WindowStage shared() {
        if (shared == null) {
            shared = new WindowStage("windowed");
        }
        return shared;
    }

    private WindowStage(String name) {
        this.name = name;
        this.server = PARTS.newPostgres(name, Map.of("archive_mode", "on", "archive_timeout", "0"));
        server.start(Lifetime.OF_THIS_JVM);
        S3Endpoint east = PARTS.east();
        ServiceParts.secret("window-access", east.accessKey());
        ServiceParts.secret("window-secret", east.secretKey());
        ServiceParts.secret("window-passphrase", "a passphrase of some length");
        ServiceParts.secret(name + "-password", server.password());
    }

    public PostgresCluster server() {
        return server;
    }

    public String name() {
        return name;
    }

    public void declare() {
        S3Endpoint east = PARTS.east();
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"%s","type":"s3","endpoint":"%s","region":"%s","bucket":"%s",
                         "prefix":"%s/","credentials":{"accessKey":{"file":"window-access"},
                         "secretKey":{"file":"window-secret"}},"caFile":"%s","pathStyle":true,
                         "encryption":{"passphrase":{"file":"window-passphrase"}}}"""
                                .formatted(name, east.endpoint(), east.region(), east.bucket(), name, east.caFile()))
                .put("/api/v1/repositories/" + name)
                .then()
                .statusCode(oneOf(200, 201));
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"%s","connection":{"host":"127.0.0.1","port":%d,"user":"postgres",
                         "password":{"file":"%s-password"}},"dataDirectory":"%s","repositories":["%s"],
                         "objectives":{"rpo":"PT1H"},"wal":{"mode":"archive"},
                         "backups":[{"name":"weekly","method":"pgbackrest","type":"full"}]}"""
                                .formatted(name, server.port(), name, server.dataDirectory(), name))
                .put("/api/v1/clusters/" + name)
                .then()
                .statusCode(oneOf(200, 201));
    }

    /** Takes a backup and waits for it; its id. */
    public String backup() {
        String location = as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body("{\"policy\":\"weekly\"}")
                .post("/api/v1/clusters/" + name + "/backups")
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        String id = location.substring(location.lastIndexOf('/') + 1);
        await().atMost(SOON).until(() -> !Set.of("requested", "running")
                .contains(json("/api/v1/backups/" + id).path("state").asText()));
        return id;
    }

    /** Writes something, and gives the segment away that holds it; its name. */
    public String fillSegment() {
        ask("select pg_logical_emit_message(false, 'x', 'y')");
        // What it gives back lies in the segment that was left, or at its very end: the current position may be behind
        // that.
        return ask("select pg_walfile_name(pg_switch_wal())");
    }

    /** The server's archiver runs something else, until {@link #archiveAsBefore}. */
    public void archiveWith(String command) {
        before = ask("show archive_command");
        archive(command);
    }

    /** Undoes that. */
    public void archiveAsBefore() {
        archive(before);
    }

    private void archive(String command) {
        server.execute("postgres", "alter system set archive_command = '" + command.replace("'", "''") + "'");
        server.execute("postgres", "select pg_reload_conf()");
        await().atMost(SOON).until(() -> ask("show archive_command").equals(command));
    }

    public String ask(String sql) {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the store lists a segment; its key. */
    public String archived(String segment) {
        try (ObjectStore store = store()) {
            return await().atMost(SOON)
                    .until(() -> key(store, segment), Optional::isPresent)
                    .orElseThrow();
        }
    }

    private static Optional<String> key(ObjectStore store, String segment) {
        try (var objects = store.list("clusters/", Optional.empty())) {
            return objects.map(object -> object.key())
                    .filter(key -> key.contains("/" + segment + "-"))
                    .findFirst();
        }
    }

    ObjectStore store() {
        S3Endpoint east = PARTS.east();
        return new ObjectStores(Clock.systemUTC())
                .open(new S3Settings(
                        URI.create(east.endpoint()),
                        east.region(),
                        east.bucket(),
                        name + "/",
                        east.accessKey(),
                        Secret.of(east.secretKey()),
                        Optional.of(east.caFile()),
                        true));
    }

    void copy(String from, String to) {
        try (ObjectStore store = store()) {
            store.copy(from, to);
        }
    }

    /** Changes one byte of an object; its length stays. */
    void damage(String key) {
        try (ObjectStore store = store();
                InputStream in = store.get(key, Optional.empty())) {
            byte[] bytes = in.readAllBytes();
            store.put("kept/whole", bytes, PutCondition.NONE, Map.of());
            bytes[bytes.length / 2] ^= 1;
            store.put(key, bytes, PutCondition.NONE, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Undoes that. */
    void mend(String key) {
        copy("kept/whole", key);
    }

    void delete(String key) {
        try (ObjectStore store = store()) {
            store.delete(List.of(key));
        }
    }

    /** The window's only repository. */
    public JsonNode window() {
        return json("/api/v1/clusters/" + name + "/recovery-window")
                .path("repositories")
                .path(0);
    }

    public static JsonNode json(String path) {
        return FleetRequests.now(path.replaceFirst("^/api/v1/", ""));
    }

    public static RequestSpecification as(String role) {
        return given().header("Authorization", "Bearer " + ServiceParts.token(role));
    }
}
