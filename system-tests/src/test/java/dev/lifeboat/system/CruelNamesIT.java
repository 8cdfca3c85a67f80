package dev.lifeboat.system;

import static dev.lifeboat.local.PostgresCluster.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.system.stack.Run;
import dev.lifeboat.system.stack.Source;
import dev.lifeboat.system.stack.SystemStack;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Names that PostgreSQL allows and that break whoever puts texts together. The services run in the C locale. */
@Order(20)
class CruelNamesIT {
    private static final String DATABASE = "Käse \"1\" 'o''' \\ $(id) %s ; ☃";
    private static final String ROLE = "rôle \"o'brien\" \\ 100% -- @";
    private static final String PASSWORD = "p\"ä'ß\\ :${x}`id`%41 ☃=;--@/#?";
    private static final String SCHEMA = "Schéma \"'\\ ; drop schema public";
    private static final String TABLE = "täble.\"with\" 'all' \\ %I ☃, \t tab";
    private static final String COLUMN = "how many \"?\" 'ö'";

    private final SystemStack stack = SystemStack.shared();

    @Test
    void databasesSchemasTablesRolesAndPasswordsOfAnyName() {
        // Given a database in which everything has such a name, and others that look like options and addresses
        String table = quoted(SCHEMA) + "." + quoted(TABLE);
        Source cruel = Source.named(stack, "cruel", DATABASE, ROLE, PASSWORD)
                .withDatabase("dbname=x host=nowhere")
                .withDatabase("postgresql://nowhere/x")
                .withDatabase("-Fp --help")
                .with(
                        "create schema " + quoted(SCHEMA) + " authorization " + quoted(ROLE),
                        "create table " + table + " (" + quoted(COLUMN) + " bigint primary key, note text)",
                        "insert into " + table + " select n, 'row ''' || n from generate_series(1, 500) n",
                        "create index " + quoted("ïndex \"'\\ on") + " on " + table + " (note)",
                        "create sequence " + quoted(SCHEMA) + "." + quoted("sequence \"'☃") + " start 42",
                        "alter table " + table + " owner to " + quoted(ROLE),
                        "comment on table " + table + " is 'quotes '' and \\ and ☃\nin two lines'",
                        "create view " + quoted(SCHEMA) + "." + quoted("vïew'\"") + " as select * from " + table,
                        "alter role " + quoted(ROLE) + " in database " + quoted(DATABASE) + " set search_path to "
                                + quoted(SCHEMA))
                .asserting("rows", "select count(*) from " + table + " where " + quoted(COLUMN) + " > 0", "500")
                .asserting(
                        "owner",
                        "select pg_get_userbyid(relowner) = $q$" + ROLE + "$q$ from pg_class where relname = $q$"
                                + TABLE + "$q$",
                        "t")
                .declare();

        // When it is backed up and rehearsed
        Run backup = Run.backup(stack.operator(), cruel.cluster(), "dumps");
        JsonNode taken = backup.awaitEnd();
        assertThat(taken.path("state").asText()).as(taken.toPrettyString()).isEqualTo("completed");
        JsonNode drill = Run.drill(stack.operator(), cruel.cluster(), backup).awaitEnd();

        // Then all is there
        assertThat(drill.path("verdict").asText()).as(drill.toPrettyString()).isEqualTo("passed");
        assertThat(drill.path("checks"))
                .filteredOn(check -> check.path("name").asText().startsWith("sql/"))
                .extracting(check -> check.path("verdict").asText())
                .containsExactly("passed", "passed");
    }
}
