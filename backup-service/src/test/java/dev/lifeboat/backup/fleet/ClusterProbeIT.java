package dev.lifeboat.backup.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a connection test finds on a real server, and that the SQL which it prints mends it. */
class ClusterProbeIT {
    private static final String PASSWORD = "pa ss'word\"§";
    private static final String ROLE = "back \"up' $user$ größe";
    private static final String DATABASE = "my \"shop' $grant$ \u6570";
    private static final PostgresCluster SERVER = LocalParts.shared().postgres();

    private static final ClusterProbe.Programs INSTALLED = major -> Optional.empty();

    @BeforeAll
    static void aShopThatTheRoleMayNotRead() {
        SERVER.ensureRole(ROLE, PASSWORD);
        SERVER.ensureDatabase(DATABASE, PostgresCluster.SUPERUSER);
        SERVER.execute(
                DATABASE,
                "create schema \"in ner\"",
                "create table \"in ner\".\"or'ders\" (id bigint generated always as identity, secret text)",
                "alter table \"in ner\".\"or'ders\" enable row level security",
                "select lo_from_bytea(0, 'large')");
    }

    @Test
    void whatADumpMissesIsNamedAndTheSqlThatIsPrintedGivesIt() throws Exception {
        ClusterSpec cluster = cluster(ROLE, dump(DATABASE));

        ClusterProbe.Result outside = test(cluster);
        assertThat(outside.errors()).extracting(Failure::code).containsExactly("postgres.grant-missing.connect");
        run("postgres", outside.errors());

        ClusterProbe.Result inside = test(cluster);
        assertThat(inside.errors())
                .extracting(Failure::code)
                .containsExactly(
                        "postgres.grant-missing.read",
                        "postgres.grant-missing.bypassrls",
                        "postgres.grant-missing.large-objects");
        assertThat(inside.errors())
                .allSatisfy(error -> assertThat(error.message()).contains("\"my \"\"shop' $grant$ \u6570\""));
        run(DATABASE, inside.errors());

        ClusterProbe.Result granted = test(cluster);
        assertThat(granted.errors()).isEmpty();
        assertThat(granted.warnings()).isEmpty();
        assertThat(test(cluster).server().major()).isBetween(13, 18);
        assertThat(test(cluster).server().systemIdentifier()).matches("\\d{10,}");
    }

    @Test
    void anOwnerDumpsWhatIsTheirsWithoutTheRolesPasswords() throws Exception {
        SERVER.ensureRole("owner_role", PASSWORD);
        SERVER.ensureDatabase("owned", "owner_role");
        SERVER.execute("owned", "create table t (id int)", "alter table t owner to owner_role");
        ClusterSpec cluster = cluster("owner_role", dump("owned"));

        ClusterProbe.Result result = test(cluster);

        assertThat(result.errors()).isEmpty();
        assertThat(result.warnings()).extracting(Failure::code).containsExactly("postgres.role-passwords-omitted");
        run("postgres", result.warnings());
        assertThat(test(cluster).warnings()).isEmpty();
    }

    @Test
    void whatPgBackRestMissesIsNamedAndTheSqlThatIsPrintedGivesIt() throws Exception {
        SERVER.ensureRole("pgbackrest_role", PASSWORD);
        ClusterSpec cluster = cluster("pgbackrest_role", pgBackRest());

        ClusterProbe.Result bare = test(cluster);
        assertThat(bare.errors())
                .extracting(Failure::code)
                .containsExactly(
                        "postgres.grant-missing.monitor",
                        "postgres.grant-missing.backup",
                        "postgres.grant-missing.switch-wal",
                        "postgres.grant-missing.restore-point");
        assertThat(bare.warnings())
                .extracting(Failure::code)
                .containsExactly("postgres.archive-mode-off", "postgres.archive-command-by-hand");
        assertThat(bare.warnings().getFirst())
                .satisfies(warning -> assertThat(warning.message()).contains("restart"))
                .satisfies(warning -> assertThat(warning.hint()).contains("ALTER SYSTEM SET archive_mode = 'on'"));
        run("postgres", bare.errors());
        run("postgres", List.of(bare.warnings().getLast()));

        ClusterProbe.Result granted = test(cluster);
        assertThat(granted.errors()).isEmpty();
        assertThat(granted.warnings()).extracting(Failure::code).containsExactly("postgres.archive-mode-off");
    }

    @Test
    void anotherDataDirectoryThanTheServersIsAnError() throws IOException {
        Path other = Files.createTempDirectory("other");
        ClusterSpec spec = cluster(PostgresCluster.SUPERUSER, pgBackRest());

        ClusterProbe.Result result = test(new ClusterSpec(
                "shop",
                spec.connection(),
                other.toString(),
                null,
                List.of("east"),
                null,
                spec.backups(),
                List.of(),
                List.of()));

        assertThat(result.errors()).extracting(Failure::code).containsExactly("postgres.data-directory-differs");
        Files.delete(other);
    }

    @Test
    void everyDatabaseIsLookedIntoWhenNoneIsNamed() {
        ClusterProbe.Result result = test(cluster(PostgresCluster.SUPERUSER, dump()));

        assertThat(result.errors()).isEmpty();
    }

    @Test
    void whatAPhysicalBackupMissesIsNamedAndTheSqlThatIsPrintedGivesIt() throws Exception {
        SERVER.ensureRole("physical_role", PASSWORD);
        ClusterSpec cluster = cluster("physical_role", physical());

        ClusterProbe.Result bare = test(cluster);
        assertThat(bare.errors()).extracting(Failure::code).containsExactly("postgres.grant-missing.replication");
        assertThat(bare.errors().getFirst().hint()).startsWith("ALTER ROLE \"physical_role\" REPLICATION;");
        run("postgres", bare.errors());

        ClusterProbe.Result granted = test(cluster);
        assertThat(granted.errors()).isEmpty();
        assertThat(granted.warnings()).isEmpty();
    }

    @Test
    void aServerThatLetsNobodyReplicateIsFoundByTrying() {
        PostgresFault refused = new PostgresFault(
                false, new Failure("replication.hba-entry-missing", "No entry.", null, null, "Add one."));
        PostgresFault busy = new PostgresFault(
                true, new Failure("replication.senders-exhausted", "None free.", null, null, "Raise it."));
        DeclaredSessions sessions = new DeclaredSessions(reference -> Secret.of(SERVER.password()));
        ClusterSpec cluster = cluster(PostgresCluster.SUPERUSER, physical());

        assertThat(new ClusterProbe(sessions, INSTALLED, declared -> Optional.of(refused))
                        .test(cluster)
                        .errors())
                .containsExactly(refused.failure());
        ClusterProbe.Result passing =
                new ClusterProbe(sessions, INSTALLED, declared -> Optional.of(busy)).test(cluster);
        assertThat(passing.errors()).isEmpty();
        assertThat(passing.warnings()).containsExactly(busy.failure());
    }

    @Test
    void programsThatAreOlderThanTheServerAreAWarning() {
        Failure missing = new Failure("postgres.program-missing", "Not installed.", null, null, "apt install");
        ClusterProbe probe = probe(SERVER.password(), major -> Optional.of(missing));

        ClusterProbe.Result dumped = probe.test(cluster(PostgresCluster.SUPERUSER, dump("postgres")));
        ClusterProbe.Result notDumped = probe.test(cluster(PostgresCluster.SUPERUSER, pgBackRest()));

        assertThat(dumped.errors()).isEmpty();
        assertThat(dumped.warnings()).containsExactly(missing);
        assertThat(notDumped.warnings()).doesNotContain(missing);
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        ClusterProbe.Result result = test(cluster(PostgresCluster.SUPERUSER, dump("shpo")));

        assertThat(result.errors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo("postgres.database-missing");
            assertThat(error.message()).contains("\"shpo\"");
        });
    }

    @Test
    void aWrongPasswordIsOneClearErrorWithoutThePassword() {
        ClusterProbe probe = probe("hunter2-not-it", INSTALLED);

        assertThat(probe.test(cluster(ROLE, dump())).errors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo("postgres.password-wrong");
            assertThat(error.toString()).doesNotContain("hunter2");
        });
    }

    @Test
    void aPasswordThatIsWantedAndNotDeclaredIsSaid() {
        ClusterSpec.Connection declared = connection(ROLE, SERVER.port(), null);

        assertThat(test(cluster(declared, dump())).errors())
                .extracting(Failure::code)
                .containsExactly("postgres.password-missing");
    }

    @Test
    void nothingListeningIsSaid() {
        ClusterSpec.Connection declared = connection(ROLE, Ports.free(), SecretRef.ofEnv("LIFEBOAT_SECRET_X"));

        assertThat(test(cluster(declared, dump())).errors())
                .extracting(Failure::code)
                .containsExactly("postgres.unreachable");
    }

    @Test
    void aRoleThatIsNotLetInIsToldWhichLineIsMissing() throws Exception {
        SERVER.ensureRole("kept_out", PASSWORD);
        Path access = SERVER.dataDirectory().resolve("pg_hba.conf");
        String before = Files.readString(access);
        try {
            Files.writeString(access, "host all kept_out 127.0.0.1/32 reject\n" + before);
            SERVER.execute("postgres", "select pg_reload_conf()");

            assertThat(test(cluster("kept_out", dump())).errors())
                    .extracting(Failure::code)
                    .containsExactly("postgres.hba-entry-missing");
        } finally {
            Files.writeString(access, before);
            SERVER.execute("postgres", "select pg_reload_conf()");
        }
    }

    @Test
    void aServerWithoutTlsIsSaidWhereTlsIsWanted() {
        ClusterSpec.Connection plain = connection(ROLE, SERVER.port(), SecretRef.ofEnv("LIFEBOAT_SECRET_X"));
        ClusterSpec.Connection declared = new ClusterSpec.Connection(
                plain.host(), plain.port(), plain.user(), plain.password(), "require", "postgres", null, null);

        assertThat(test(cluster(declared, dump())).errors())
                .extracting(Failure::code)
                .containsExactly("postgres.tls-missing");
    }

    private static ClusterProbe.Result test(ClusterSpec cluster) {
        boolean superuser = cluster.connection().user().equals(PostgresCluster.SUPERUSER);
        return probe(superuser ? SERVER.password() : PASSWORD, INSTALLED).test(cluster);
    }

    private static ClusterProbe probe(String password, ClusterProbe.Programs programs) {
        DeclaredSessions sessions = new DeclaredSessions(reference -> Secret.of(password));
        return new ClusterProbe(sessions, programs, sessions::replicationRefused);
    }

    /** Runs the hints as a person would who pastes them. */
    private static void run(String database, List<Failure> failures) throws Exception {
        StringBuilder script = new StringBuilder();
        failures.forEach(failure -> script.append(failure.hint()).append('\n'));
        ProcessBuilder psql = new ProcessBuilder(
                "psql",
                "-X",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                PostgresCluster.HOST,
                "-p",
                "" + SERVER.port(),
                "-U",
                "postgres");
        psql.environment().put("PGPASSWORD", SERVER.password());
        psql.environment().put("PGDATABASE", database);
        psql.environment().put("PGCLIENTENCODING", "UTF8");
        Process process = psql.redirectErrorStream(true).start();
        process.getOutputStream().write(script.toString().getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", script, said).isZero();
    }

    private static ClusterSpec cluster(String user, BackupPolicy policy) {
        return cluster(connection(user, SERVER.port(), SecretRef.ofEnv("LIFEBOAT_SECRET_X")), policy);
    }

    private static ClusterSpec cluster(ClusterSpec.Connection connection, BackupPolicy policy) {
        return new ClusterSpec(
                "shop",
                connection,
                SERVER.dataDirectory().toString(),
                null,
                List.of("east"),
                null,
                List.of(policy),
                List.of(),
                List.of());
    }

    private static ClusterSpec.Connection connection(String user, int port, SecretRef password) {
        return new ClusterSpec.Connection(PostgresCluster.HOST, port, user, password, "prefer", "postgres", null, null);
    }

    private static BackupPolicy dump(String... databases) {
        return new BackupPolicy(
                "nightly", "dump", null, List.of(databases), "custom", 1, "off", null, null, null, null, null);
    }

    private static BackupPolicy physical() {
        return new BackupPolicy("base", "physical", null, null, null, null, null, null, null, null, null, null);
    }

    private static BackupPolicy pgBackRest() {
        return new BackupPolicy("weekly", "pgbackrest", "full", null, null, 1, null, null, null, null, null, null);
    }
}
