package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PackagedService;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The service is killed (-9) in each part of a drill and started again: the drill ends as if nothing had been. */
class KilledServiceIT {
    private static PinServer pins;
    private static PackagedService service;
    private static Path work;
    private static int portBefore;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);
    private final Shop shop = Shop.shared();
    private final String cluster = "killed-" + Long.toHexString(System.nanoTime());

    @BeforeAll
    static void start() throws Exception {
        portBefore = RestAssured.port;
        pins = PinServer.start(RealParts.token(Roles.SERVICE));
        Map<String, String> settings = RealParts.settings(pins);
        work = Path.of(settings.get("lifeboat.work-directory"));
        service = new PackagedService("restore-service", LocalParts.shared().newFolder("service-process"), settings);
        service.start();
        RestAssured.port = service.port();
    }

    @AfterAll
    static void stop() throws Exception {
        service.stop();
        pins.close();
        RestAssured.port = portBefore;
    }

    @Test
    void whatWasInterruptedBeforeTheSandboxIsReadyBeginsAnew() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        // The dump's own index is slow to build: there is time to kill the service while it is restored.
        shop.server().execute("shop", Shop.SLOW_INDEX.toArray(String[]::new));
        shop.dump(events, cluster, clusterId, "custom", List.of("shop"));
        shop.server().execute("shop", "set default_transaction_read_only = off", "drop index slow");
        String drill = Api.drill(Map.of("cluster", cluster, "method", "dump"));

        killIn("planning", drill, 1);
        service.start();
        killIn("restoring", drill, 2);
        // What the killed attempt leaves is there to be cleared away; its server lives on by its lease.
        assertThat(sandboxes(drill)).isNotEmpty().allMatch(name -> name.startsWith(drill + "-2-"));
        assertThat(servers(drill)).isNotEmpty();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> processes(drill, "pg_restore"), List::isEmpty);
        service.start();
        SandboxReady ready = verifier.awaitReady(cluster, drill, 3);
        // Late, from an attempt that is gone: it changes nothing.
        verifier.checked(ready.recoveryId(), cluster, 1);
        verifier.checked(ready);

        JsonPath shown = assertEndedWell(drill, 3);
        assertThat(shown.getList("phases.name", String.class)).contains("earlier-attempts", "verifying");
        assertThat(Duration.parse(shown.getString("rto.measured"))).isGreaterThan(Duration.ofSeconds(2));
    }

    /** The long form: the short one replays to a point in time, and is killed there and when a sandbox is ready. */
    @Test
    void aReplayBeginsAnewAndWhatIsReadyOutlivesTheService() throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak also interrupts a replay to the latest");
        UUID clusterId = shop.declare(events, cluster, List.of());
        PgBackRestShop source = PgBackRestShop.start(shop, cluster, clusterId);
        source.archived("create table t (id int)");
        source.backup(events, shop, "full");
        String drill = Api.drill(Map.of("cluster", cluster, "method", "pgbackrest"));

        killIn("replaying", drill, 1);
        List<Path> interrupted = servers(drill);
        assertThat(interrupted).isNotEmpty();
        service.start();
        SandboxReady ready = verifier.awaitReady(cluster, drill, 2);
        // One sandbox, one server: those of the attempt that was interrupted are gone before the next one's begin.
        assertThat(sandboxes(drill)).singleElement().asString().startsWith(drill + "-2-");
        assertThat(servers(drill)).doesNotContainAnyElementsOf(interrupted);
        service.kill();
        service.start();
        try (var connection = verifier.connect(ready, "postgres")) {
            assertThat(connection.isValid(5)).isTrue();
        }
        verifier.checked(ready);
        killIn("inspecting", drill, 2);
        service.start();

        assertEndedWell(drill, 2);
    }

    @Test
    void aPointInTimeIsReachedBySomebodyElseStaysTheOneThatWasDrawnAndOutlivesTheService() throws Exception {
        CommittedStory story = CommittedStory.tell(events, shop, cluster);
        String drill = Api.drill(Map.of(
                "cluster",
                cluster,
                "kind",
                "point-in-time",
                "method",
                "pgbackrest",
                "target",
                Map.of("type", "random")));

        killIn("replaying", drill, 1);
        List<Path> interrupted = servers(drill);
        assertThat(interrupted).isNotEmpty();
        service.start();
        String drawn = Api.get(drill).getString("target.value");
        // Newer transactions widen the window: a moment that were drawn anew would be another.
        story.source().archived("insert into t values (6)");
        // Paused at its target, or on its way from there to the first write.
        killIn("first-write", drill, 2);
        service.start();
        SandboxReady ready = verifier.awaitReady(cluster, drill, 3);
        // One sandbox, one server: those of the attempts that were interrupted are gone before the next one's begin.
        assertThat(sandboxes(drill)).singleElement().asString().startsWith(drill + "-3-");
        assertThat(servers(drill)).isNotEmpty().doesNotContainAnyElementsOf(interrupted);
        service.kill();
        service.start();
        try (var connection = verifier.connect(ready, "postgres")) {
            assertThat(connection.isValid(5)).isTrue();
        }
        verifier.checked(ready);
        killIn("inspecting", drill, 3);
        service.start();

        JsonPath shown = assertEndedWell(drill, 3);
        assertThat(drawn).isNotNull();
        assertThat(shown.getString("target.value")).isEqualTo(drawn);
        assertThat(shown.getString("target.reached.sought.value")).isEqualTo(drawn);
        assertThat(shown.getBoolean("target.reached.atTarget")).isTrue();
    }

    @Test
    void aDeliveryBeginsAnewAndLeavesNoHalfDatabase() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        RealParts.secret(
                work.resolveSibling("secrets").resolve("shop-password"),
                shop.server().password());
        String source = cluster + "-source";
        String copy = cluster + "-copy";
        shop.server().execute("postgres", "create database \"" + source + "\"");
        // While it is restored, and only then, the index takes its time.
        shop.server()
                .execute(
                        source,
                        "create table t as select 1 as id",
                        "create function slow(int) returns int immutable language plpgsql as $$begin"
                                + " if current_database() like 'lifeboat_restore%' then perform pg_sleep(4); end if;"
                                + " return $1; end$$",
                        "create index on t (slow(id))");
        shop.dump(events, cluster, clusterId, "custom", List.of(source));
        String restore = deliver(source, copy);

        killIn("restoring", restore, 1);
        service.start();
        JsonPath shown = assertEndedWell(restore, 2);

        assertThat(shown.getList("phases.name", String.class)).contains("earlier-attempts");
        try (var connection = shop.server().connect(copy);
                var row = connection
                        .createStatement()
                        .executeQuery("select count(*), (select count(*) from pg_database"
                                + " where datname like 'lifeboat\\_restore\\_%') from t")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(1);
            assertThat(row.getInt(2)).isZero();
        }
    }

    private String deliver(String source, String copy) {
        Map<String, Object> body = Map.of(
                "cluster",
                cluster,
                "method",
                "dump",
                "into",
                Map.of(
                        "connection",
                        Map.of(
                                "host",
                                "127.0.0.1",
                                "port",
                                shop.server().port(),
                                "user",
                                PostgresCluster.SUPERUSER,
                                "password",
                                Map.of("file", "shop-password"))),
                "databases",
                List.of(Map.of("name", source, "as", copy)),
                "confirm",
                "restore " + cluster + " into " + copy + " at 127.0.0.1:"
                        + shop.server().port());
        String restore = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> Api.as(Roles.OPERATOR)
                                .body(body)
                                .post("/api/v1/restores")
                                .then(),
                        answer -> answer.extract().statusCode() == 202)
                .extract()
                .path("id");
        Api.as(Roles.APPROVER)
                .post("/api/v1/restores/" + restore + "/approval")
                .then()
                .statusCode(202);
        return restore;
    }

    private static void killIn(String phase, String drill, int attempt) throws Exception {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    JsonNode shown = Api.now(drill);
                    return shown.path("attempt").asInt() == attempt && Api.cameTo(shown, phase);
                });
        service.kill();
    }

    /** It ended once, in this attempt, and nothing of it is left. */
    private JsonPath assertEndedWell(String drill, int attempt) throws Exception {
        JsonPath shown = Api.awaitEnd(drill);
        assertThat(shown.getString("state")).as(shown.prettify()).isEqualTo("completed");
        assertThat(shown.getString("failure")).isNull();
        assertThat(shown.getInt("attempt")).isEqualTo(attempt);
        assertThat(shown.getBoolean("tornDown.processesGone")).isTrue();
        assertThat(shown.getList("tornDown.left")).isEmpty();
        assertEndedOnce(drill);
        assertNothingIsLeft(drill);
        return shown;
    }

    private void assertEndedOnce(String drill) {
        events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
        assertThat(events.said(Topic.RECOVERIES, cluster, RecoveryEnded.class)).hasSize(1);
    }

    /** Nothing of any attempt. */
    private static void assertNothingIsLeft(String drill) throws Exception {
        assertThat(sandboxes(drill)).isEmpty();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> processes(drill, ""), List::isEmpty);
    }

    /** Folders of the drill's sandboxes, of all attempts. */
    private static List<String> sandboxes(String drill) throws Exception {
        try (Stream<Path> folders = Files.list(work.resolve("sandboxes"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.contains(drill))
                    .toList();
        }
    }

    /** Processes of the drill's servers, of all attempts: each works in its data directory, whatever it calls itself. */
    private static List<Path> servers(String drill) throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(process -> workedIn(process).contains(drill)).toList();
        }
    }

    /** Processes whose command line, environment or folder names the drill. */
    private static List<String> processes(String drill, String program) throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(KilledServiceIT::told)
                    .filter(told -> told.contains(drill) && told.contains(program))
                    .toList();
        }
    }

    private static String told(Path process) {
        try {
            return read(process.resolve("cmdline")) + " " + read(process.resolve("environ")) + " " + workedIn(process);
        } catch (java.io.IOException notAProcess) {
            return "";
        }
    }

    private static String workedIn(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).toString();
        } catch (java.io.IOException notAProcess) {
            return "";
        }
    }

    private static String read(Path file) throws java.io.IOException {
        return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
