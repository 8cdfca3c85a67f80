package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dumps that are kept: databases, schemas and tables of them, made on a server that runs. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class DeliveryIT {
    private static final String SCHEMA = "s.1 ü";
    private static final String TABLE = "t \"a\".b's";
    private static final String QUALIFIED = "\"s.1 ü\".\"t \"\"a\"\".b's\"";

    @ConfigProperty(name = "lifeboat.secrets-directory")
    Path secrets;

    private final Events events = new Events();
    private final Shop shop = Shop.shared();
    private final String cluster = "deliver-" + Long.toHexString(System.nanoTime());
    private UUID clusterId;

    @BeforeEach
    void declare() {
        RealParts.secret(secrets.resolve("shop-password"), shop.server().password());
        clusterId = shop.declare(events, cluster, List.of());
    }

    @Test
    void whatWasSelectedIsMadeWholeAndNothingIsWrittenOver() throws Exception {
        String source = "deliver ed.\"ü'" + System.nanoTime() % 1000;
        fill(source);
        shop.dump(events, cluster, clusterId, "custom", List.of(source, Shop.CRUEL));
        String table = cluster + "/table";
        String schema = cluster + "/schema 'ü\"";
        String whole = cluster + ".whole";
        List<Map<String, Object>> wanted = List.of(
                Map.of(
                        "name",
                        source,
                        "as",
                        table,
                        "tables",
                        List.of(Map.of("schema", SCHEMA, "name", TABLE), Map.of("schema", "public", "name", "parts"))),
                Map.of("name", source, "as", schema, "schemas", List.of(SCHEMA)),
                Map.of("name", Shop.CRUEL, "as", whole));
        Map<String, Object> body = body(wanted, "into " + table + ", " + schema + ", " + whole);

        JsonPath shown = awaitEnd(order(body));

        assertThat(shown.getString("state")).as(shown.prettify()).isEqualTo("completed");
        assertThat(shown.getString("failure")).isNull();
        assertThat(shown.getList("delivered.databases.name")).containsExactly(table, schema, whole);
        assertThat(shown.getList("delivered.databases.rows")).containsExactly(8, 7, 1);
        assertThat(shown.getList("delivered.databases[0].leftOut")).isEmpty();
        assertThat(String.join(";", shown.getList("delivered.databases[1].leftOut", String.class)))
                .contains("refers_o_fkey", "public.other", "TABLE ATTACH s.1 ü.p2");
        assertThat(shown.getList("recovery.tornDown.left")).isEmpty();
        assertThat(shown.getString("recovery.rto.measured")).isNotNull();
        try (Connection made = shop.server().connect(table)) {
            assertThat(text(made, "select string_agg(v, ' ' order by id) from " + QUALIFIED))
                    .isEqualTo("a b c");
            // Its sequence, trigger and default came along: the next row is numbered and stamped.
            made.createStatement().execute("insert into " + QUALIFIED + " (v) values ('d')");
            assertThat(text(made, "select id || stamped from " + QUALIFIED + " where v = 'd'"))
                    .isEqualTo("4by trigger");
            assertThat(text(made, "select obj_description('" + QUALIFIED.replace("'", "''") + "'::regclass)"))
                    .isEqualTo("cruel");
            assertThat(text(made, "select count(*) from pg_indexes where indexname = 'i x'"))
                    .isEqualTo("1");
            assertThat(text(
                            made,
                            "select has_table_privilege('owner1', '" + QUALIFIED.replace("'", "''") + "', 'select')"))
                    .isEqualTo("t");
            assertThat(text(
                            made,
                            "select tableowner from pg_tables where tablename = '" + TABLE.replace("'", "''") + "'"))
                    .isEqualTo("o'brien \"x\"");
            assertThat(text(made, "select count(*) from parts")).isEqualTo("5");
            assertThat(text(made, "select count(*) from pg_tables where tablename in ('other', 'refers')"))
                    .isEqualTo("0");
        }
        try (Connection made = shop.server().connect(schema)) {
            assertThat(text(made, "select count(*) from pg_constraint where contype = 'f'"))
                    .isEqualTo("1");
            assertThat(text(made, "select count(*) from pg_indexes where tablename = 'p2'"))
                    .isEqualTo("1");
            assertThat(text(made, "select count(*) from \"s.1 ü\".shown")).isEqualTo("3");
        }
        RecoveryEnded ended = events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.method()
                .equals("dump"));
        assertThat(ended.state()).isEqualTo("completed");
        assertThat(ended.isolation().addedByOthers()).isEmpty();

        // They are there by now: the next one is told so, and leaves them alone.
        JsonPath again = awaitEnd(order(body));
        assertThat(again.getString("state")).as(again.prettify()).isEqualTo("failed");
        assertThat(again.getString("recovery.failure.code")).isEqualTo("restore.database-exists");
        assertThat(again.getString("recovery.failure.found")).contains(table, schema, whole);
        try (Connection made = shop.server().connect(table)) {
            assertThat(text(made, "select count(*) from " + QUALIFIED)).isEqualTo("4");
        }
        assertNothingIsHalf();
    }

    @Test
    void missingRolesAreToldBeforeAnythingBeginsAndOwnersCanBeLeftOff() throws Exception {
        String gone = "gone " + cluster;
        String source = cluster + "-roles";
        shop.server().execute("postgres", "create role \"" + gone + "\"", "create database \"" + source + "\"");
        shop.server()
                .execute(
                        source,
                        "create table t as select generate_series(1, 3) as id",
                        "create table kept (id int)",
                        "grant select on t to \"" + gone + "\"",
                        "alter table kept owner to \"" + gone + "\"");
        shop.dump(events, cluster, clusterId, "directory", List.of(source));
        shop.server().execute(source, "drop owned by \"" + gone + "\" cascade", "drop role \"" + gone + "\"");
        List<Map<String, Object>> wanted = List.of(Map.of("name", source, "as", cluster + "-copy"));
        Map<String, Object> body = body(wanted, "into " + cluster + "-copy");

        JsonPath refused = awaitEnd(order(body));
        assertThat(refused.getString("state")).as(refused.prettify()).isEqualTo("failed");
        assertThat(refused.getString("recovery.failure.code")).isEqualTo("restore.roles-missing");
        assertThat(refused.getString("recovery.failure.found")).isEqualTo(gone);
        assertThat(refused.getList("recovery.phases.name")).doesNotContain("provisioning");

        Map<String, Object> withoutOwners = new HashMap<>(body);
        withoutOwners.put("noOwner", true);
        JsonPath made = awaitEnd(order(withoutOwners));
        assertThat(made.getString("state")).as(made.prettify()).isEqualTo("completed");
        assertThat(made.getInt("delivered.databases[0].rows")).isEqualTo(3);
        try (Connection copy = shop.server().connect(cluster + "-copy")) {
            assertThat(text(copy, "select tableowner from pg_tables where tablename = 'kept'"))
                    .isEqualTo(PostgresCluster.SUPERUSER);
        }
    }

    @Test
    void whatFailsOrIsCalledOffLeavesNoHalfDatabase() throws Exception {
        String source = cluster + "-slow";
        shop.server().execute("postgres", "create database \"" + source + "\"");
        // While it is restored, and only then, the index fails, or takes longer than anybody waits.
        shop.server()
                .execute(
                        source,
                        "create table fails as select 1 as id",
                        "create table waits as select 1 as id",
                        "create function fail(int) returns int immutable language plpgsql as $$begin"
                                + " if current_database() like 'lifeboat_restore%' then raise 'not here'; end if;"
                                + " return $1; end$$",
                        "create function wait(int) returns int immutable language plpgsql as $$begin"
                                + " if current_database() like 'lifeboat_restore%' then perform pg_sleep(300); end if;"
                                + " return $1; end$$",
                        "create index on fails (fail(id))",
                        "create index on waits (wait(id))");
        shop.dump(events, cluster, clusterId, "custom", List.of(source));

        JsonPath failed = awaitEnd(order(one(source, "fails")));
        assertThat(failed.getString("state")).as(failed.prettify()).isEqualTo("completed");
        assertThat(failed.getString("recovery.failure.code")).isEqualTo("restore.dump-not-taken");
        assertThat(failed.getString("recovery.failure.found")).contains("not here");
        assertThat(failed.getString("delivered")).isNull();
        assertNothingIsHalf();

        String slow = order(one(source, "waits"));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> sleeping(), count -> count.equals("1"));
        Api.as(Roles.OPERATOR).delete("/api/v1/restores/" + slow).then().statusCode(202);
        JsonPath cancelled = awaitEnd(slow);
        assertThat(cancelled.getString("state")).isEqualTo("cancelled");
        assertThat(cancelled.getList("recovery.tornDown.left")).isEmpty();
        assertNothingIsHalf();
    }

    @Test
    void whatCannotBeRightIsRefusedAtOnce() {
        Map<String, Object> body = new HashMap<>(body(List.of(Map.of("name", "shop", "as", "x", "table", "y")), "yes"));
        body.put("directory", "/srv/x");
        body.put("method", "pgbackrest");
        body.put("into", Map.of("connection", Map.of("host", "h", "port", 5432, "user", "u", "password", "secret")));
        ValidatableResponse refused = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> request(body), answer -> answer.extract().statusCode() == 400);

        assertThat(refused.extract().jsonPath().getList("errors.pointer", String.class))
                .contains("/databases/0/table", "/directory", "/method", "/into/connection/password");
        assertThat(refused.extract().asString()).doesNotContain("\"secret\"");
    }

    private Map<String, Object> one(String source, String table) {
        String as = cluster + "-" + table;
        return body(
                List.of(Map.of("name", source, "as", as, "tables", List.of(Map.of("schema", "public", "name", table)))),
                "into " + as);
    }

    private Map<String, Object> body(List<Map<String, Object>> databases, String confirmed) {
        return Map.of(
                "cluster",
                cluster,
                "method",
                "dump",
                "into",
                Map.of(
                        "cluster",
                        cluster,
                        "user",
                        PostgresCluster.SUPERUSER,
                        "password",
                        Map.of("file", "shop-password")),
                "databases",
                databases,
                "confirm",
                "restore " + cluster + " " + confirmed + " at cluster " + cluster);
    }

    private void fill(String source) throws Exception {
        shop.server().execute("postgres", "create database \"" + source.replace("\"", "\"\"") + "\"");
        shop.server()
                .execute(
                        source,
                        "create schema \"s.1 ü\"",
                        "grant usage on schema \"s.1 ü\" to \"o'brien \"\"x\"\"\"",
                        "create table public.other (id int primary key)",
                        "create function public.stamp() returns trigger language plpgsql as"
                                + " $$begin new.stamped := 'by trigger'; return new; end$$",
                        "create table " + QUALIFIED + " (id serial primary key, v text not null, stamped text)",
                        "insert into " + QUALIFIED + " (v) values ('a'), ('b'), ('c')",
                        "create index \"i x\" on " + QUALIFIED + " (v)",
                        "create trigger stamped before insert on " + QUALIFIED
                                + " for each row execute function public.stamp()",
                        "comment on table " + QUALIFIED + " is 'cruel'",
                        "grant select on " + QUALIFIED + " to owner1",
                        "alter table " + QUALIFIED + " owner to \"o'brien \"\"x\"\"\"",
                        "create table \"s.1 ü\".refers (t int references " + QUALIFIED
                                + ", o int references public.other)",
                        "insert into \"s.1 ü\".refers select g from generate_series(1, 2) g",
                        "create view \"s.1 ü\".shown as select v from " + QUALIFIED,
                        "create table public.parts (id int primary key) partition by range (id)",
                        "create table public.p1 partition of public.parts for values from (1) to (4)",
                        "create table \"s.1 ü\".p2 partition of public.parts for values from (4) to (9)",
                        "insert into public.parts select generate_series(1, 5)");
    }

    private String order(Map<String, Object> body) {
        String id = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> request(body), answer -> answer.extract().statusCode() == 202)
                .extract()
                .path("id");
        Api.as(Roles.APPROVER)
                .post("/api/v1/restores/" + id + "/approval")
                .then()
                .statusCode(202);
        return id;
    }

    private static ValidatableResponse request(Map<String, Object> body) {
        return Api.as(Roles.OPERATOR).body(body).post("/api/v1/restores").then();
    }

    private static JsonPath awaitEnd(String restore) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> Api.as(Roles.VIEWER)
                                .get("/api/v1/restores/" + restore)
                                .then()
                                .statusCode(200)
                                .extract()
                                .jsonPath(),
                        found -> Api.ENDED.contains(found.getString("state")));
    }

    private String sleeping() throws Exception {
        try (Connection connection = shop.server().connect("postgres")) {
            return text(connection, "select count(*) from pg_stat_activity where wait_event = 'PgSleep'");
        }
    }

    private void assertNothingIsHalf() throws Exception {
        try (Connection connection = shop.server().connect("postgres")) {
            assertThat(text(connection, "select count(*) from pg_database where datname like 'lifeboat_restore%'"))
                    .isEqualTo("0");
        }
    }

    private static String text(Connection connection, String sql) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
