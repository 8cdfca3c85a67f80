package dev.lifeboat.restore.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.pgbackrest.PgBackRestVersion;
import dev.lifeboat.restore.plan.Finding.Level;
import dev.lifeboat.restore.plan.HostFacts.InstalledServer;
import dev.lifeboat.restore.plan.Preflight.Needs;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.Inventory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PreflightTest {
    private static final long GIB = 1L << 30;
    private static final HostFacts HOST = new HostFacts(
            "host-1",
            Map.of(
                    15,
                    new InstalledServer(
                            "15.18",
                            Map.of("citext", Set.of("1.6"), "amcheck", Set.of("1.3")),
                            Set.of("auto_explain"))),
            Set.of("C", "C.utf8", "POSIX", "en_US.utf8"),
            "2.36",
            "x86_64",
            new PgBackRestVersion(2, 45),
            100 * GIB,
            2,
            8 * GIB);

    /** A backup that fits the host, to be spoilt in one place by each row. */
    private static final class Case {
        private String method = "dump";
        private int major = 15;
        private String serverVersion = "15.18";
        private String collate = "en_US.UTF-8";
        private String collationVersion = "2.36";
        private String architecture = "x86_64";
        private List<Inventory.Extension> extensions = List.of(new Inventory.Extension("citext", "1.6", "public"));
        private Map<String, String> settings = Map.of("shared_preload_libraries", "auto_explain");
        private List<Inventory.Tablespace> tablespaces = List.of();
        private List<String> omissions = List.of();
        private Boolean checksums = true;
        private String dumped = "shop";
        private long databaseBytes = GIB;
        private boolean readCredentials = true;
        private HostFacts host = HOST;

        List<Finding> check() {
            var inventory = new Inventory(
                    1,
                    Instant.EPOCH,
                    "7",
                    serverVersion,
                    150018,
                    architecture,
                    checksums,
                    1,
                    16L << 20,
                    "postgres",
                    settings,
                    List.of(),
                    tablespaces,
                    List.of(new Inventory.Database(
                            "shop",
                            16384,
                            "postgres",
                            "UTF8",
                            "libc",
                            collate,
                            collate,
                            null,
                            collationVersion,
                            collationVersion,
                            databaseBytes,
                            extensions,
                            List.of(),
                            List.of(),
                            Map.of(),
                            0L)));
            var manifest = new BackupManifest(
                    1,
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    "shop",
                    method,
                    "full",
                    "7",
                    serverVersion,
                    major,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    null,
                    false,
                    method.equals("dump")
                            ? List.of(new DatabaseDump(dumped, 16384, "custom", "s", Instant.EPOCH, List.of()))
                            : null,
                    null,
                    null,
                    null,
                    omissions,
                    null);
            return Preflight.check(new Needs(manifest, inventory, databaseBytes, 0, readCredentials), host);
        }
    }

    private interface Spoil {
        void in(Case it);
    }

    static Stream<Arguments> spoilt() {
        return Stream.of(
                stop("plan.server-version-missing", it -> it.major = 16),
                stop(
                        "plan.extension-missing",
                        it -> it.extensions = List.of(new Inventory.Extension("postgis", "3.4", "public"))),
                warn(
                        "plan.extension-left-off",
                        it -> it.extensions = List.of(new Inventory.Extension("pg_cron", "1.6", "cron"))),
                warn(
                        "plan.extension-version-differs",
                        it -> it.extensions = List.of(new Inventory.Extension("citext", "1.5", "public"))),
                warn("plan.server-minor-older", it -> it.serverVersion = "15.99"),
                warn(
                        "plan.scheduler-left-off",
                        it -> it.settings = Map.of("shared_preload_libraries", "pg_cron, auto_explain")),
                warn(
                        "plan.preload-library-missing",
                        it -> it.settings = Map.of("shared_preload_libraries", "timescaledb")),
                stop("plan.locale-missing", it -> it.collate = "de_DE.UTF-8"),
                warn("plan.collation-version-differs", it -> it.collationVersion = "2.31"),
                warn(
                        "plan.tablespaces-rewritten",
                        it -> it.tablespaces = List.of(new Inventory.Tablespace("fast", "/srv/ts"))),
                stop("plan.disk-too-small", it -> it.databaseBytes = 100 * GIB),
                warn("plan.backup-has-omissions", it -> it.omissions = List.of("subscriptions")),
                stop("plan.pgbackrest-missing", it -> {
                    it.method = "pgbackrest";
                    it.host = withPgBackRest(null);
                }),
                stop("plan.pgbackrest-too-old", it -> {
                    it.method = "pgbackrest";
                    it.host = withPgBackRest(new PgBackRestVersion(2, 40));
                }),
                stop("plan.architecture-differs", it -> {
                    it.method = "pgbackrest";
                    it.architecture = "aarch64";
                }),
                warn("plan.read-credentials-missing", it -> {
                    it.method = "pgbackrest";
                    it.readCredentials = false;
                }),
                warn("plan.page-checksums-off", it -> {
                    it.method = "pgbackrest";
                    it.checksums = false;
                }));
    }

    @ParameterizedTest(name = "{1} {0}")
    @MethodSource("spoilt")
    void whatDoesNotFitIsFoundAndNothingElse(String code, Level level, Spoil spoil) {
        Case it = new Case();
        spoil.in(it);

        assertThat(it.check())
                .extracting(Finding::code, Finding::level)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(code, level));
    }

    @Test
    void whatFitsHasNoFindings() {
        assertThat(new Case().check()).isEmpty();
        Case physical = new Case();
        physical.method = "pgbackrest";
        assertThat(physical.check()).isEmpty();
    }

    @Test
    void databasesThatTheDumpDoesNotHoldDoNotMatter() {
        Case it = new Case();
        it.dumped = "another";
        it.extensions = List.of(new Inventory.Extension("postgis", "3.4", "public"));
        it.collate = "de_DE.UTF-8";

        assertThat(it.check()).isEmpty();
    }

    @Test
    void aDumpMayGoToAnotherArchitecture() {
        Case it = new Case();
        it.architecture = "aarch64";

        assertThat(it.check()).isEmpty();
    }

    @Test
    void whatStopsComesFirst() {
        Case it = new Case();
        it.omissions = List.of("subscriptions");
        it.major = 16;

        assertThat(it.check()).extracting(Finding::level).containsExactly(Level.STOP, Level.WARN);
    }

    private static HostFacts withPgBackRest(PgBackRestVersion version) {
        return new HostFacts(
                HOST.hostId(),
                HOST.servers(),
                HOST.locales(),
                HOST.glibcVersion(),
                HOST.architecture(),
                version,
                HOST.freeBytes(),
                HOST.processors(),
                HOST.memoryBytes());
    }

    private static Arguments stop(String code, Spoil spoil) {
        return Arguments.of(code, Level.STOP, spoil);
    }

    private static Arguments warn(String code, Spoil spoil) {
        return Arguments.of(code, Level.WARN, spoil);
    }
}
