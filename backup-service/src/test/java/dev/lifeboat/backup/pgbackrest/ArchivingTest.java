package dev.lifeboat.backup.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is to be done about a server's archiving. */
class ArchivingTest {
    private static final UUID CLUSTER = UUID.fromString("01920000-0000-7000-8000-000000000001");
    private static final UUID OTHER = UUID.fromString("01920000-0000-7000-8000-000000000002");
    private static final ArchiveCommand WANTED = command(CLUSTER);

    private static ArchiveCommand command(UUID cluster) {
        return ArchiveCommand.of(
                cluster,
                Path.of("/usr/bin/pgbackrest"),
                Path.of("/var/lib/lifeboat/pgbackrest/" + cluster + "/pgbackrest.conf"),
                "shop");
    }

    @Test
    void theCommandNamesProgramConfigurationAndStanza() {
        assertThat(WANTED.text())
                .isEqualTo("/usr/bin/pgbackrest"
                        + " --config=/var/lib/lifeboat/pgbackrest/01920000-0000-7000-8000-000000000001/pgbackrest.conf"
                        + " --stanza=shop archive-push \"%p\"");
        assertThat(ArchiveCommand.clusterOf(WANTED.text())).contains(CLUSTER);
    }

    @Test
    void aCruelPathIsOneWordForTheShellAndOneLiteralForTheServer() {
        ArchiveCommand command = ArchiveCommand.of(
                CLUSTER,
                Path.of("/opt/p g/pgbackrest"),
                Path.of("/srv/it's 100%/pgbackrest/" + CLUSTER + "/pgbackrest.conf"),
                "shop");

        assertThat(command.text())
                .startsWith("'/opt/p g/pgbackrest' '--config=/srv/it'\\''s 100%%/pgbackrest/" + CLUSTER);
        assertThat(command.sql())
                .startsWith("ALTER SYSTEM SET archive_command = E'''/opt/p g")
                .contains("it''\\\\''''s");
        assertThat(ArchiveCommand.clusterOf(command.text())).contains(CLUSTER);
    }

    @ParameterizedTest(name = "recovery {0}, wal_level {1}, archive_mode {2}, library {3}, command {4}: {5}")
    @CsvSource({
        "false, replica, on,     '',  '',               set",
        "false, logical, always, '',  '(disabled)',     set",
        "false, replica, on,     '',  ours,             in-force",
        "false, replica, on,     '',  other-gone,       set",
        "false, replica, on,     '',  other-declared,   pgbackrest.declared-twice",
        "false, replica, on,     '',  'cp %p /archive', pgbackrest.archive-command-foreign",
        "false, replica, on,     '',  'pgbackrest --stanza=shop archive-push %p', pgbackrest.archive-command-foreign",
        "false, replica, on,     lib, '',               pgbackrest.archive-library",
        "false, replica, off,    '',  '(disabled)',     pgbackrest.archive-mode-off",
        "false, minimal, off,    '',  '(disabled)',     pgbackrest.wal-level",
        "true,  replica, on,     '',  ours,             pgbackrest.not-primary"
    })
    void whatIsDone(boolean recovery, String walLevel, String mode, String library, String command, String expected) {
        String inForce =
                switch (command) {
                    case "ours" -> WANTED.text();
                    case "other-gone", "other-declared" -> command(OTHER).text();
                    default -> command;
                };
        Predicate<UUID> declared = id -> id.equals(CLUSTER) || command.equals("other-declared");

        Archiving decided = Archiving.decide(
                new ArchivingFacts(150018, recovery, "/srv/pg", walLevel, mode, inForce, library, 0), WANTED, declared);

        String outcome =
                switch (decided) {
                    case Archiving.InForce ignored -> "in-force";
                    case Archiving.ToBeSet ignored -> "set";
                    case Archiving.Refused refused -> refused.failure().code();
                };
        assertThat(outcome).isEqualTo(expected);
    }

    @Test
    void archiveModeOffSaysTheSqlAndTheRestart() {
        Archiving decided = Archiving.decide(
                new ArchivingFacts(150018, false, "/srv/pg", "replica", "off", "(disabled)", "", 0),
                WANTED,
                id -> true);

        assertThat(decided).isInstanceOfSatisfying(Archiving.Refused.class, refused -> assertThat(
                        refused.failure().hint())
                .contains("ALTER SYSTEM SET archive_mode = 'on'", "restart", WANTED.sql()));
    }
}
