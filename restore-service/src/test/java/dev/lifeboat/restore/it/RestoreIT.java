package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restore that keeps: asked for, approved by somebody else, recovered, handed over, started by hand. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class RestoreIT {
    @ConfigProperty(name = "lifeboat.work-directory")
    Path work;

    @Inject
    PostgresTools tools;

    @Inject
    ProcessRunner processes;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);

    /** A source of which a moment between the commits of rows 1 and 2 shall be restored. */
    private record Source(String method, String cluster, String afterOne, String password) {
        static Source of(String method, Events events) throws Exception {
            if (method.equals("physical")) {
                PhysicalStory told = PhysicalStory.shared(events);
                return new Source(
                        method,
                        told.cluster(),
                        told.afterOne().toString(),
                        told.source().server().password());
            }
            CommittedStory told = CommittedStory.shared(events);
            return new Source(
                    method,
                    told.cluster(),
                    told.afterOne().toString(),
                    told.source().server().password());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pgbackrest", "physical"})
    void whatWasApprovedIsHandedOverAndStartsWithoutUs(String method) throws Exception {
        Source story = Source.of(method, events);
        Path directory = work.toAbsolutePath().resolve("restores/shop-before-two-" + method);
        boolean archives = method.equals("physical");
        String own = "own-" + story.cluster();
        Map<String, Object> body = new HashMap<>(body(story, directory));
        if (archives) {
            body.put("archiving", Map.of("name", own, "repository", "east"));
        }
        String restore = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> request(Roles.OPERATOR, body),
                        answer -> answer.extract().statusCode() == 202)
                .extract()
                .path("id");
        assertThat(shown(restore).getString("state")).isEqualTo("awaiting-approval");
        approve(Roles.OPERATOR, restore).statusCode(403);
        approve(Roles.APPROVER, restore).statusCode(202);
        assertThat(approve(Roles.APPROVER, restore)
                        .statusCode(409)
                        .extract()
                        .jsonPath()
                        .getString("code"))
                .isEqualTo("restore.not-waiting");

        SandboxReady ready = verifier.awaitReady(story.cluster(), restore, 1);
        assertThat(ready.kind()).isEqualTo("restore");
        verifier.checked(ready);
        JsonPath shown = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> shown(restore), found -> Api.ENDED.contains(found.getString("state")));

        assertThat(shown.getString("state")).as(shown.prettify()).isEqualTo("completed");
        assertThat(shown.getString("approval.approvedBy")).isEqualTo("principal/approver");
        assertThat(shown.getBoolean("recovery.target.reached.atTarget")).isTrue();
        assertThat(shown.getList("recovery.tornDown.left")).isEmpty();
        assertThat(shown.getString("handedOver.dataDirectory"))
                .isEqualTo(directory.resolve("data").toString());
        assertThat(Files.readString(directory.resolve("HAND-OVER.txt")))
                .contains(
                        shown.getString("handedOver.start"),
                        archives ? "Archiving is on" : "Archiving is off",
                        shown.getString("handedOver.tablespaces[0]"),
                        method.equals("physical") ? "wal {mode: stream}" : "stanza-create");
        assertThat(Files.readString(directory.resolve("data/postgresql.auto.conf")))
                .contains("vacuum_cost_limit", archives ? own : "archive_mode = 'off'")
                .doesNotContain("--stanza=" + story.cluster());
        // There is something by now: nothing is written over it.
        assertThat(codes(request(Roles.OPERATOR, body))).contains("restore.directory-not-empty");

        String archive = "clusters/" + own + "/" + restore + "/pgbackrest/archive/";
        List<String> before = keys("clusters/" + story.cluster() + "/");
        start(directory.resolve("data"), story, archives, copy -> {
            copy.createStatement().execute("insert into t (id) values (99)");
            text(copy, "select pg_switch_wal()");
            if (archives) {
                Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> keys(archive).stream()
                        .anyMatch(key -> key.matches(".*/[0-9A-F]{24}-.*")));
            } else {
                assertThat(text(copy, "select archived_count + failed_count from pg_stat_archiver"))
                        .isEqualTo("0");
            }
        });
        assertThat(keys("clusters/" + story.cluster() + "/")).isEqualTo(before);
        assertThat(keys(archive).isEmpty()).isEqualTo(!archives);
    }

    private static List<String> keys(String prefix) {
        try (ObjectStore store = Shop.shared().store();
                Stream<ObjectInfo> found = store.list(prefix, Optional.empty())) {
            return found.map(ObjectInfo::key).sorted().toList();
        }
    }

    private interface Use {
        void of(Connection copy) throws Exception;
    }

    @Test
    void whoAskedDoesNotApprove() throws Exception {
        Source story = Source.of("pgbackrest", events);
        Path directory = work.toAbsolutePath().resolve("restores/mine");
        String restore = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> request("both", body(story, directory)),
                        answer -> answer.extract().statusCode() == 202)
                .extract()
                .path("id");

        assertThat(approve("both", restore).statusCode(403).extract().jsonPath().getString("code"))
                .isEqualTo("restore.own-approval");

        assertThat(shown(restore).getString("state")).isEqualTo("awaiting-approval");
        Api.as(Roles.OPERATOR).delete("/api/v1/restores/" + restore).then().statusCode(204);
        Api.as(Roles.VIEWER).get("/api/v1/restores/" + restore).then().statusCode(404);
    }

    @Test
    void whatIsNotConfirmedOrGoesElsewhereIsRefused() throws Exception {
        Source story = Source.of("pgbackrest", events);
        Map<String, Object> unconfirmed = new HashMap<>(body(story, Path.of("/srv/restores/x")));
        unconfirmed.put("confirm", "yes");
        unconfirmed.put("archive", true);

        assertThat(codes(request(Roles.OPERATOR, unconfirmed))).contains("confirmation.missing", "field.unknown");
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                        codes(request(Roles.OPERATOR, body(story, Path.of("/srv/restores/x")))))
                .contains("restore.directory-not-allowed"));
    }

    private void start(Path data, Source story, boolean archives, Use use) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Optional<String> user = OsUser.areWeRoot() ? Optional.of("postgres") : Optional.empty();
        String control = tools.find("pg_ctl", 15).toString();
        processes
                .run(ProcessSpec.of(
                                control,
                                "-D",
                                data.toString(),
                                "-w",
                                "-l",
                                data.resolveSibling("server.log").toString(),
                                "-o",
                                "-p " + port + " -c unix_socket_directories=",
                                "start")
                        .runAs(user)
                        .deadline(Duration.ofMinutes(1)))
                .requireSuccess();
        try (Connection copy = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", story.password())) {
            assertThat(CommittedStory.rows(copy)).isEqualTo("1");
            assertThat(text(copy, "show archive_mode")).isEqualTo(archives ? "on" : "off");
            assertThat(text(copy, "show restore_command")).isEmpty();
            assertThat(text(copy, "select pg_is_in_recovery()")).isEqualTo("f");
            assertThat(text(copy, "select count(*) from spacious")).isEqualTo("100");
            assertThat(text(copy, "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'space'"))
                    .startsWith(data.resolveSibling("tablespaces").toString());
            assertThat(text(copy, "select count(*) from pg_roles where rolname like 'lifeboat%'"))
                    .isEqualTo("0");
            use.of(copy);
        } finally {
            processes
                    .run(ProcessSpec.of(control, "-D", data.toString(), "-m", "fast", "-w", "stop")
                            .runAs(user))
                    .requireSuccess();
        }
    }

    private static String text(Connection connection, String sql) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Map<String, Object> body(Source story, Path directory) {
        String moment = story.afterOne();
        return Map.of(
                "cluster",
                story.cluster(),
                "method",
                story.method(),
                "target",
                Map.of("type", "time", "value", moment),
                "directory",
                directory.toString(),
                "confirm",
                "restore " + story.cluster() + " to time " + moment);
    }

    private static ValidatableResponse request(String role, Map<String, Object> body) {
        return Api.as(role).body(body).post("/api/v1/restores").then();
    }

    private static ValidatableResponse approve(String role, String restore) {
        return Api.as(role).post("/api/v1/restores/" + restore + "/approval").then();
    }

    private static JsonPath shown(String restore) {
        return Api.as(Roles.VIEWER)
                .get("/api/v1/restores/" + restore)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static List<String> codes(ValidatableResponse refused) {
        return refused.statusCode(400).extract().jsonPath().getList("errors.code", String.class);
    }
}
