package dev.lifeboat.restore.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.plan.PreloadLibraries;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxSettingsTest {
    private static final UUID ID = UUID.fromString("0193a1d0-1100-7c44-9d22-4a6b0cf1e202");
    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({
        "archive_mode, off",
        "archive_library, ''",
        "primary_conninfo, ''",
        "primary_slot_name, ''",
        "recovery_end_command, ''",
        "archive_cleanup_command, ''",
        "synchronous_standby_names, ''",
        "recovery_min_apply_delay, 0",
        "max_logical_replication_workers, 0",
        "listen_addresses, 127.0.0.1",
        "shared_preload_libraries, auto_explain"
    })
    void whatProtectsProductionStandsOnTheCommandLine(String setting, String value) {
        List<String> command = settings(15, true, Map.of())
                .command(Path.of("/pg/postgres"), SandboxFolder.of(Path.of("/w"), new SandboxName(ID, 1, 3)), 4711);

        assertThat(command).contains(setting + "=" + value);
        assertThat(command.get(command.indexOf(setting + "=" + value) - 1)).isEqualTo("-c");
    }

    @Test
    void nothingOfTheRestoredConfigurationIsUsed() {
        SandboxFolder folder = SandboxFolder.of(Path.of("/w"), new SandboxName(ID, 1, 3));

        List<String> command = settings(15, true, Map.of()).command(Path.of("/pg/postgres"), folder, 4711);

        assertThat(command)
                .contains(
                        "config_file=" + folder.configuration().resolve("postgresql.conf"),
                        "hba_file=" + folder.accessFile(),
                        "ident_file=" + folder.configuration().resolve("pg_ident.conf"));
    }

    @ParameterizedTest
    @CsvSource({
        "max_connections, 500, 500",
        "max_connections, 20, 100",
        "max_worker_processes, 64, 64",
        "max_wal_senders, 10, 10",
        "max_prepared_transactions, 5, 5",
        "max_locks_per_transaction, 64, 256",
        "max_locks_per_transaction, 1024, 1024"
    })
    void whatMustNotBeBelowTheSourceIsNot(String setting, String source, String expected) {
        assertThat(settings(15, true, Map.of(setting, source)).working()).containsEntry(setting, expected);
    }

    @Test
    void settingsThatAVersionDoesNotKnowAreNotGiven() {
        assertThat(settings(14, true, Map.of()).protection()).doesNotContainKey("archive_library");
        assertThat(settings(15, true, Map.of()).protection()).containsKey("promote_trigger_file");
        assertThat(settings(16, true, Map.of()).protection()).doesNotContainKey("promote_trigger_file");
    }

    @Test
    void valuesAreQuotedInTheFile() {
        assertThat(settings(15, true, Map.of("track_commit_timestamp", "o'n\\")).file())
                .contains("track_commit_timestamp = 'o''n\\\\'");
    }

    @Test
    void theSocketsPathFits() {
        Path deep = Path.of("/" + "x".repeat(60));

        assertThat(SandboxFolder.of(Path.of("/w"), new SandboxName(ID, 1, 3)).isSocketOutside())
                .isFalse();
        SandboxFolder outside = SandboxFolder.of(deep, new SandboxName(ID, 1, 3));
        assertThat(outside.isSocketOutside()).isTrue();
        assertThat(outside.socket().resolve(".s.PGSQL.65535").toString().length())
                .isLessThanOrEqualTo(107);
        assertThat(SandboxFolder.of(deep, new SandboxName(ID, 2, 4)).socket()).isNotEqualTo(outside.socket());
    }

    private static SandboxSettings settings(int major, boolean physical, Map<String, String> source) {
        return new SandboxSettings(
                major,
                physical,
                source,
                PreloadLibraries.sort("pg_cron,auto_explain", Set.of("pg_cron", "auto_explain")),
                8 * GIB,
                null);
    }
}
