package dev.lifeboat.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dump contains, seen by restoring it. */
class DumpContentIT {
    private static final String CRUEL = "sh'op \"x\" ü=1 ";
    private static final String URI_LIKE = "postgresql://u:p@h/d?x=y";
    private static final String ROLE = "bäck \"up'\\ :r";
    private static final String PASSWORD = "p:a\\ss'\"ü %20 x";

    private static DumpStage stage;

    @BeforeAll
    static void fill() {
        stage = new DumpStage();
        PostgresCluster postgres = stage.parts().postgres();
        postgres.ensureRole(ROLE, PASSWORD);
        postgres.execute("postgres", "grant pg_read_all_data to " + PostgresCluster.quoted(ROLE));
        for (String name : List.of(CRUEL, URI_LIKE)) {
            postgres.ensureDatabase(name, "postgres");
            postgres.execute(
                    name,
                    "grant connect on database " + PostgresCluster.quoted(name) + " to " + PostgresCluster.quoted(ROLE),
                    "create schema \"s 'c\"\"h ü\"",
                    "create table \"s 'c\"\"h ü\".\"t \"\"a'b\" (\"id ü\" int primary key, \"n'o\"\"te\" text)",
                    "insert into \"s 'c\"\"h ü\".\"t \"\"a'b\" select g, 'ü ' || g from generate_series(1, 1000) g",
                    "create sequence \"s 'c\"\"h ü\".\"s.e'q\"\"\" start 41",
                    "select nextval('\"s ''c\"\"h ü\".\"s.e''q\"\"\"')");
        }
    }

    @AfterAll
    static void drop() {
        for (String name : List.of(CRUEL, URI_LIKE)) {
            stage.parts()
                    .postgres()
                    .execute("postgres", "drop database " + PostgresCluster.quoted(name) + " with (force)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom", "directory"})
    void cruelNamesAndPasswordsSurvive(String format) throws Exception {
        BackupPolicy policy = DumpStage.policy(format, format.equals("custom") ? 1 : 3, "full", CRUEL, URI_LIKE);
        Taken taken = take(stage.job(policy, ROLE, PASSWORD));
        assertThat(taken.manifest().databases()).extracting(dump -> dump.name()).containsExactly(CRUEL, URI_LIKE);
        for (String name : List.of(CRUEL, URI_LIKE)) {
            DatabaseFingerprint source = new Restored(stage).source(taken, name);
            assertThat(source.tables()).singleElement().satisfies(table -> {
                assertThat(table.table()).isEqualTo("t \"a'b");
                assertThat(table.rows()).isEqualTo(1000);
                assertThat(table.digest()).hasSize(64);
            });
            assertThat(source.sequences()).containsExactly(new SequenceState("s 'c\"h ü", "s.e'q\"", 41, true));
            assertThat(new Restored(stage).fingerprint(taken, name)).isEqualTo(source);
        }
    }

    @Test
    void aRoleThatMayNotReadPasswordsOmitsThemAndSaysSo() throws Exception {
        LocalParts.Database database = stage.parts().newDatabase("owned");
        Taken taken = take(
                stage.job(DumpStage.policy("custom", 1, "off", database.name()), database.user(), database.password()));
        assertThat(taken.manifest().globalsWithoutPasswords()).isTrue();
        assertThat(taken.omissions()).anyMatch(omission -> omission.contains("passwords of roles were left out"));
        assertThat(text(taken.manifest().globals().key()))
                .contains("CREATE ROLE")
                .doesNotContain("SCRAM-SHA-256");
        Taken complete = take(stage.job(DumpStage.policy("custom", 1, "off", CRUEL)));
        assertThat(complete.manifest().globalsWithoutPasswords()).isFalse();
        assertThat(complete.omissions()).isEmpty();
        assertThat(text(complete.manifest().globals().key())).contains("SCRAM-SHA-256");
    }

    @Test
    void aSkippedSubscriptionIsAnOmission() throws Exception {
        LocalParts.Database database = stage.parts().newDatabase("subscriber");
        String subscription = database.name() + "_s";
        stage.parts()
                .postgres()
                .execute(
                        database.name(),
                        "grant connect on database " + database.name() + " to " + PostgresCluster.quoted(ROLE),
                        "create subscription " + subscription
                                + " connection 'host=127.0.0.1 port=1' publication p with (connect = false)");
        try {
            Taken taken = take(stage.job(DumpStage.policy("custom", 1, "off", database.name()), ROLE, PASSWORD));
            assertThat(taken.omissions()).anyMatch(omission -> omission.contains("subscriptions not dumped"));
        } finally {
            stage.parts()
                    .postgres()
                    .execute(
                            database.name(),
                            "alter subscription " + subscription + " set (slot_name = none)",
                            "drop subscription " + subscription);
        }
    }

    @Test
    void writersGoOnAndTheCopyStillEqualsTheSnapshot() throws Exception {
        LocalParts.Database database = stage.parts().newDatabase("busy");
        stage.parts()
                .postgres()
                .execute(
                        database.name(),
                        "create table orders (id bigserial primary key, note text)",
                        "insert into orders (note) select md5(g::text) from generate_series(1, 100000) g",
                        "create table gone as select 1 as one",
                        "select lo_from_bytea(0, decode(repeat('ab', 3000000), 'hex'))");
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = Thread.ofVirtual().start(() -> {
            try (Connection connection = stage.parts().postgres().connect(database.name());
                    Statement statement = connection.createStatement()) {
                while (!stop.get()) {
                    statement.execute("insert into orders (note) values ('new')");
                    statement.execute("update orders set note = 'changed' where id = 1 + (random() * 99999)::int");
                    statement.execute("delete from orders where id = 1 + (random() * 99999)::int");
                }
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        Taken taken;
        try {
            taken = take(stage.job(DumpStage.policy("directory", 2, "full", database.name())));
        } finally {
            stop.set(true);
            writer.join();
        }
        DatabaseFingerprint source = new Restored(stage).source(taken, database.name());
        assertThat(source.largeObjects().count()).isEqualTo(1);
        assertThat(source.sequences()).hasSize(1);
        assertThat(new Restored(stage).fingerprint(taken, database.name())).isEqualTo(source);
    }

    @Test
    void allDatabasesWhenNoneIsNamedAndNothingSecretIsInTheStore() throws Exception {
        Job job = stage.job(DumpStage.policy("custom", 1, "sample"));
        Taken taken = take(job);
        assertThat(taken.manifest().databases())
                .extracting(dump -> dump.name())
                .contains(CRUEL, URI_LIKE, "postgres")
                .doesNotContain("template0", "template1");
        Inventory inventory =
                DumpStage.JSON.readValue(text(taken.manifest().inventory().key()), Inventory.class);
        assertThat(inventory.databases()).hasSameSizeAs(taken.manifest().databases());
        assertThat(taken.manifest().systemIdentifier()).isEqualTo(inventory.systemIdentifier());
        String description = "clusters/shop/" + job.cluster().id() + "/cluster.json";
        assertThat(text(description)).contains("\"name\":\"shop\"").contains("LIFEBOAT_SECRET_");
        try (ObjectStore store = stage.store();
                Stream<ObjectInfo> all =
                        store.list("clusters/shop/" + job.cluster().id(), Optional.empty())) {
            for (ObjectInfo object :
                    all.filter(info -> !info.key().endsWith(".sql")).toList()) {
                assertThat(text(object.key()))
                        .as(object.key())
                        .doesNotContain(stage.parts().postgres().password())
                        .doesNotContain(stage.parts().east().secretKey());
            }
        }
    }

    private static Taken take(Job job) throws Exception {
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            return stage.method().take(job, context);
        }
    }

    private static String text(String key) throws java.io.IOException {
        try (ObjectStore store = stage.store();
                InputStream stream = store.get(key, Optional.empty())) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
