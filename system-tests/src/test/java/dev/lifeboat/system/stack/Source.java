package dev.lifeboat.system.stack;

import static dev.lifeboat.local.PostgresCluster.quoted;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.Secrets;
import dev.lifeboat.local.api.LifeboatApi;
import java.util.ArrayList;
import java.util.List;

/** A small database on the stack's sample server, with a role of its own, declared as a cluster of its own. */
public final class Source {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SystemStack stack;
    private final String cluster;
    private final String database;
    private final List<String> databases = new ArrayList<>();
    private final String role;
    private final String password;
    private boolean physical;
    private final List<Check> checks = new ArrayList<>();

    /** A check of the owner's own. */
    private record Check(String name, String sql, String expect) {}

    private Source(SystemStack stack, String cluster, String database, String role, String password) {
        this.stack = stack;
        this.cluster = cluster;
        this.database = database;
        this.databases.add(database);
        this.role = role;
        this.password = password;
    }

    /** A database and a role named after the cluster. */
    public static Source named(SystemStack stack, String cluster) {
        return new Source(stack, cluster, cluster, "lifeboat_" + cluster, Secrets.random()).create();
    }

    /** A database, a role and a password of any name. */
    public static Source named(SystemStack stack, String cluster, String database, String role, String password) {
        return new Source(stack, cluster, database, role, password).create();
    }

    private Source create() {
        PostgresCluster server = stack.server();
        server.ensureRole(role, password);
        server.execute(
                "postgres",
                "alter role " + quoted(role) + " bypassrls",
                "grant pg_read_all_data to " + quoted(role),
                "grant select on pg_catalog.pg_authid to " + quoted(role));
        create(database);
        Secrets.write(stack.secrets().resolve(secret()), password);
        return this;
    }

    private void create(String name) {
        stack.server()
                .execute(
                        "postgres",
                        "create database " + quoted(name),
                        "grant connect on database " + quoted(name) + " to " + quoted(role));
    }

    /** Another database, backed up with the first. */
    public Source withDatabase(String name) {
        create(name);
        databases.add(name);
        return this;
    }

    /** Runs statements in the database, as its superuser. */
    public Source with(String... statements) {
        stack.server().execute(database, statements);
        return this;
    }

    /** The whole server too, by pgBackRest, with what the role needs for that and no more. */
    public Source withPgBackRest() {
        physical = true;
        String grantee = quoted(role);
        stack.server()
                .execute(
                        "postgres",
                        "grant pg_monitor to " + grantee,
                        "grant execute on function pg_catalog.pg_backup_start(text, boolean) to " + grantee,
                        "grant execute on function pg_catalog.pg_backup_stop(boolean) to " + grantee,
                        "grant execute on function pg_catalog.pg_switch_wal() to " + grantee,
                        "grant execute on function pg_catalog.pg_create_restore_point(text) to " + grantee,
                        "grant alter system on parameter archive_command to " + grantee,
                        "grant execute on function pg_catalog.pg_reload_conf() to " + grantee);
        return this;
    }

    /** Adds an assertion to the declaration. */
    public Source asserting(String name, String sql, String expect) {
        checks.add(new Check(name, sql, expect));
        return this;
    }

    /** A table with so many rows of about 100 bytes, and a check that counts them. */
    public Source withOrders(int rows) {
        return with(
                        "create table orders (order_id bigint primary key, note text not null)",
                        "insert into orders select n, repeat(md5(n::text), 3) from generate_series(1, " + rows + ") n")
                .asserting("all orders", "select count(*) from orders", Integer.toString(rows));
    }

    /** Declares it: backups by request. */
    public Source declare() {
        LifeboatApi.Answer answer = stack.operator()
                .putYaml("backup", "/api/v1/clusters/" + cluster, document().toString());
        if (answer.status() != 201) {
            throw new AssertionError("expected 201 for " + cluster + ", found " + answer);
        }
        return this;
    }

    private ObjectNode document() {
        ObjectNode root = JSON.createObjectNode().put("name", cluster);
        root.putObject("connection")
                .put("host", PostgresCluster.HOST)
                .put("port", stack.server().port())
                .put("user", role)
                .put("sslMode", "prefer")
                .putObject("password")
                .put("file", secret());
        root.putObject("objectives").put("rpo", "PT1H").put("rto", "PT5M");
        root.putArray("repositories").add("east");
        root.putObject("wal").put("mode", physical ? "archive" : "none");
        ArrayNode policies = root.putArray("backups");
        if (physical) {
            root.put("dataDirectory", stack.server().dataDirectory().toString());
            policies.addObject().put("name", "full").put("method", "pgbackrest").put("type", "full");
        }
        policies.addObject()
                .put("name", "dumps")
                .put("method", "dump")
                .put("format", "custom")
                .put("fingerprint", "full")
                .set("databases", JSON.valueToTree(databases));
        ArrayNode assertions = root.putArray("checks");
        checks.forEach(check -> assertions
                .addObject()
                .put("name", check.name())
                .put("database", database)
                .put("sql", check.sql())
                .put("expect", check.expect()));
        return root;
    }

    /** Name of the declared cluster. */
    public String cluster() {
        return cluster;
    }

    /** Name of its database. */
    public String database() {
        return database;
    }

    private String secret() {
        return "source-" + cluster;
    }
}
