package dev.lifeboat.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections, faults and tools against a real server. */
class PostgresAccessIT {
    private static final String CRUEL = "quote\" ' space ünï/日本?x=1&y#;%20";

    private static final String ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";

    private static Path folder;
    private static PostgresCluster cluster;
    private static ProcessRunner runner;

    private final PostgresConnections connections =
            new PostgresConnections("lifeboat test", Duration.ofSeconds(10), Duration.ofSeconds(30));

    @BeforeAll
    static void start() throws IOException {
        folder = Files.createTempDirectory("lifeboat-pg");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster = new PostgresCluster(new PostgresCluster.Spec(
                "pg",
                folder.resolve("pg"),
                Ports.free(),
                "super",
                Map.of("fsync", "off", "max_connections", "12", "superuser_reserved_connections", "3")));
        cluster.start(Lifetime.OF_THIS_JVM);
        runner = new ProcessRunner(folder.resolve("work"), Duration.ofSeconds(2));
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.kill();
        try (var tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", CRUEL, "postgresql://elsewhere/x", "select", "UPPER lower", "a:b\\c*"})
    void connectsWithNamesAndPasswordsAsTheyAre(String name) throws SQLException, InterruptedException {
        String role = "role of " + name;
        PostgresTarget target = create(name, role, "pass: \\" + name);

        try (Connection connection = connections.open(target);
                var result = connection
                        .createStatement()
                        .executeQuery("select current_database(), current_user, current_setting('application_name')")) {
            assertThat(result.next()).isTrue();
            assertThat(result.getString(1)).isEqualTo(name);
            assertThat(result.getString(2)).isEqualTo(role);
            assertThat(result.getString(3)).isEqualTo("lifeboat test");
        }
        try (ToolLogin login = ToolLogin.create(target, folder, Optional.empty())) {
            ProcessResult result = runner.run(
                    login.applyTo(ProcessSpec.of("psql", "-XAtqc", "select current_database() || '|' || current_user")
                            .stdout(new ProcessOutput.Text(1000))));
            assertThat(result.requireSuccess().stdout().strip()).isEqualTo(name + "|" + role);
        }
        assertThat(passwordFiles()).isEmpty();
    }

    @Test
    void aToolOfAnotherUserCanReadItsPasswordAndNobodyElseCan() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(OsUser.areWeRoot(), "only root can become another user");
        PostgresTarget target = create("other user", "other user", "secret-password");

        try (ToolLogin login = ToolLogin.create(target, folder, Optional.of(OsUser.named("postgres")))) {
            assertThat(passwordFiles()).hasSize(1).allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
            ProcessSpec psql = login.applyTo(ProcessSpec.of("psql", "-XAtqc", "select 42")
                    .runAs("postgres")
                    .stdout(new ProcessOutput.Text(1000)));
            assertThat(runner.run(psql).requireSuccess().stdout().strip()).isEqualTo("42");
        }
        assertThat(passwordFiles()).isEmpty();
    }

    @Test
    void saysWhyThereIsNoConnection() throws Exception {
        PostgresTarget good = create("faults", "faults", "right");
        execute("create role nologin_role nologin password 'right'");

        assertThat(codeOf(with(good, "faults", "wrong"))).isEqualTo("postgres.password-wrong");
        // PostgreSQL does not tell a stranger whether a role exists.
        assertThat(codeOf(with(good, "nobody", "right"))).isEqualTo("postgres.password-wrong");
        assertThat(codeOf(with(good, "nologin_role", "right"))).isEqualTo("postgres.role-refused");
        assertThat(codeOf(good.withDatabase("none"))).isEqualTo("postgres.database-missing");
        assertThat(codeOf(new PostgresTarget(
                        "127.0.0.1", Ports.free(), "faults", Secret.of("right"), "faults", SslMode.PREFER)))
                .isEqualTo("postgres.unreachable");
        assertThat(codeOf(new PostgresTarget(
                        "no-such-host.invalid", 5432, "faults", Secret.of("right"), "faults", SslMode.PREFER)))
                .isEqualTo("postgres.unreachable");
        assertThat(codeOf(new PostgresTarget(
                        "127.0.0.1", cluster.port(), "faults", Secret.of("right"), "faults", SslMode.REQUIRE)))
                .isEqualTo("postgres.tls-missing");
    }

    @Test
    void saysThatNoEntryOfPgHbaFits() throws Exception {
        PostgresTarget target = create("hba", "hba", "right");
        Path hba = cluster.dataDirectory().resolve("pg_hba.conf");
        String before = Files.readString(hba);
        Files.writeString(hba, "host all hba 127.0.0.1/32 reject\n" + before);
        execute("select pg_reload_conf()");
        try {
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> assertThat(codeOf(target)).isEqualTo("postgres.hba-entry-missing"));
        } finally {
            Files.writeString(hba, before);
            execute("select pg_reload_conf()");
        }
    }

    @Test
    void saysThatAPrivilegeIsMissing() throws Exception {
        PostgresTarget target = create("poor", "poor", "right");

        try (Connection connection = connections.open(target);
                var statement = connection.createStatement()) {
            SQLException thrown =
                    catchThrowableOfType(SQLException.class, () -> statement.execute("select * from pg_authid"));
            assertThat(PostgresFault.classify(thrown).code()).isEqualTo("postgres.privilege-missing");
        }
    }

    @Test
    void saysThatTheServerIsFull() throws Exception {
        PostgresTarget target = create("crowd", "crowd", "right");
        execute("alter role crowd connection limit 1");

        try (Connection first = connections.open(target)) {
            assertThat(first.isValid(5)).isTrue();
            PostgresException thrown = catchThrowableOfType(
                    PostgresException.class, () -> connections.open(target).close());
            assertThat(thrown.fault().code()).isEqualTo("postgres.too-many-connections");
            assertThat(thrown.fault().retryable()).isTrue();
            assertThat(thrown).hasMessageNotContaining("right");
        }
    }

    @Test
    void tellsHowFarTheServersClockIsFromOurs() throws Exception {
        PostgresTarget target = create("clock", "clock", "right");
        Duration behind = Duration.ofHours(1);

        try (Connection connection = connections.open(target)) {
            var ours = ServerClock.against(Clock.systemUTC(), connection);
            var slow = ServerClock.against(Clock.offset(Clock.systemUTC(), behind.negated()), connection);

            // One host, one clock: all that it differs is the exchange itself.
            assertThat(ours.offset().abs())
                    .isLessThanOrEqualTo(ours.uncertainty().plusMillis(1));
            assertThat(slow.offset().minus(behind).abs())
                    .isLessThanOrEqualTo(slow.uncertainty().plusMillis(1));
        }
    }

    @Test
    void trustsTheServerThatTheAuthorityVouchesForAndNoOther() throws Exception {
        PostgresTarget plain = create("guarded", "guarded", "right");
        ServerCertificate own = ServerCertificate.of("localhost", folder);
        Path authority = Files.writeString(folder.resolve("authority.pem"), own.certificate());
        Path stranger = Files.writeString(
                folder.resolve("stranger.pem"),
                ServerCertificate.of("stranger", folder).certificate());
        speakTls(own);
        try {
            for (PostgresTarget trusted : List.of(
                    guarded(plain, "localhost", SslMode.VERIFY_FULL, authority),
                    guarded(plain, "127.0.0.1", SslMode.VERIFY_CA, authority))) {
                assertThat(encrypted(trusted)).isTrue();
                assertThat(encryptedForATool(trusted).requireSuccess().stdout().strip())
                        .isEqualTo("t");
            }
            PostgresTarget otherName = guarded(plain, "127.0.0.1", SslMode.VERIFY_FULL, authority);
            PostgresTarget otherAuthority = guarded(plain, "localhost", SslMode.VERIFY_CA, stranger);
            PostgresTarget noFile = guarded(plain, "localhost", SslMode.VERIFY_CA, folder.resolve("none.pem"));
            assertThat(codeOf(otherName)).isEqualTo("postgres.certificate-untrusted");
            assertThat(codeOf(otherAuthority)).isEqualTo("postgres.certificate-untrusted");
            assertThat(codeOf(noFile)).isEqualTo("postgres.ca-file-unusable");
            for (PostgresTarget refused : List.of(otherName, otherAuthority, noFile)) {
                assertThat(encryptedForATool(refused).exit()).isNotZero();
            }
        } finally {
            execute("alter system reset ssl");
            execute("select pg_reload_conf()");
        }
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(codeOf(guarded(plain, "localhost", SslMode.REQUIRE, authority)))
                        .isEqualTo("postgres.tls-missing"));
    }

    /** From now on, until ssl is switched off again. */
    private void speakTls(ServerCertificate certificate) throws Exception {
        Path data = cluster.dataDirectory();
        for (var file : Map.of("server.key", certificate.key(), "server.crt", certificate.certificate())
                .entrySet()) {
            Path written = Files.writeString(data.resolve(file.getKey()), file.getValue());
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
            if (OsUser.areWeRoot()) {
                Files.setOwner(written, Files.getOwner(data));
            }
        }
        execute("alter system set ssl = on");
        execute("select pg_reload_conf()");
        PostgresTarget any = new PostgresTarget(
                "127.0.0.1", cluster.port(), "guarded", Secret.of("right"), "guarded", SslMode.PREFER);
        org.awaitility.Awaitility.await().until(() -> encrypted(any));
    }

    private boolean encrypted(PostgresTarget target) throws SQLException {
        try (Connection connection = connections.open(target);
                var row = connection.createStatement().executeQuery(ENCRYPTED)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static ProcessResult encryptedForATool(PostgresTarget target) throws InterruptedException {
        try (ToolLogin login = ToolLogin.create(target, folder, Optional.empty())) {
            return runner.run(
                    login.applyTo(ProcessSpec.of("psql", "-XAtqc", ENCRYPTED).stdout(new ProcessOutput.Text(1000))));
        }
    }

    private static PostgresTarget guarded(PostgresTarget target, String host, SslMode mode, Path authority) {
        return new PostgresTarget(
                host, target.port(), target.user(), target.password(), target.database(), mode, Optional.of(authority));
    }

    @Test
    void findsProgramsByVersionAndNamesThePackageOtherwise() throws InterruptedException {
        var tools = new PostgresTools(runner, PostgresTools.DEBIAN);

        Path dump = tools.find("pg_dump", 15);
        assertThat(tools.version(dump).major()).isEqualTo(15);
        assertThat(tools.findAtLeast("pg_restore", 13)).isExecutable();
        PostgresFault client = catchThrowableOfType(PostgresException.class, () -> tools.find("pg_dump", 99))
                .fault();
        assertThat(client.code()).isEqualTo("postgres.program-missing");
        assertThat(client.failure().hint()).contains("postgresql-client-99");
        assertThat(catchThrowableOfType(PostgresException.class, () -> tools.find("initdb", 99))
                        .fault()
                        .failure()
                        .hint())
                .contains("postgresql-99");
        assertThat(new PostgresTools(runner, folder.resolve("nowhere")).find("psql", 15))
                .isExecutable();
    }

    private String codeOf(PostgresTarget target) {
        return catchThrowableOfType(
                        PostgresException.class, () -> connections.open(target).close())
                .fault()
                .code();
    }

    private static PostgresTarget with(PostgresTarget target, String user, String password) {
        return new PostgresTarget(
                target.host(), target.port(), user, Secret.of(password), target.database(), target.sslMode());
    }

    private static PostgresTarget create(String database, String role, String password) throws SQLException {
        try (Connection connection = cluster.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute(
                    "create role " + Identifiers.quote(role) + " login password " + Identifiers.literal(password));
            statement.execute("create database " + Identifiers.quote(database) + " owner " + Identifiers.quote(role));
        }
        return new PostgresTarget("127.0.0.1", cluster.port(), role, Secret.of(password), database, SslMode.PREFER);
    }

    private static void execute(String sql) {
        cluster.execute("postgres", sql);
    }

    private static List<Path> passwordFiles() {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pgpass"))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
