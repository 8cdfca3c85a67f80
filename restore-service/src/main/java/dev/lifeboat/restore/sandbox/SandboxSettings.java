package dev.lifeboat.restore.sandbox;

import dev.lifeboat.restore.plan.PreloadLibraries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a sandbox's server is configured. Nothing of the restored configuration is used; what protects production is given
 * on the command line, where nothing in the data directory ({@code postgresql.auto.conf}) can override it.
 *
 * @param major version of the server
 * @param physical files of the source (they replay its WAL), or a server of our own
 * @param source settings of the source as its inventory and {@code pg_controldata} say
 * @param preload libraries that the source preloads, sorted
 * @param memoryBytes of the host
 * @param recovery from an archive; null when there is none
 */
public record SandboxSettings(
        int major,
        boolean physical,
        Map<String, String> source,
        PreloadLibraries preload,
        long memoryBytes,
        ArchiveRecovery recovery) {

    /**
     * Recovery from an archive.
     *
     * @param command the {@code restore_command}
     * @param timeline to follow; never "latest", which would follow any that turns up in the archive
     * @param target settings that say where it shall stop
     */
    public record ArchiveRecovery(String command, int timeline, Map<String, String> target) {

        /** To the end of what the archive holds. */
        public ArchiveRecovery(String command, int timeline) {
            this(command, timeline, Map.of());
        }
    }

    private static final long MEBI = 1L << 20;

    /** Below the source's value each of these is fatal while its WAL is replayed. */
    static final Map<String, Integer> AT_LEAST_AS_THE_SOURCE = Map.of(
            "max_connections", 100,
            "max_worker_processes", 8,
            "max_wal_senders", 0,
            "max_prepared_transactions", 0,
            "max_locks_per_transaction", 256);

    /** What keeps the sandbox from touching anything but itself. */
    Map<String, String> protection() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("archive_mode", "off");
        settings.put("archive_command", "");
        if (major >= 15) {
            settings.put("archive_library", "");
        }
        settings.put("restore_command", recovery == null ? "" : recovery.command());
        if (recovery != null) {
            settings.put("recovery_target_timeline", Integer.toString(recovery.timeline()));
            settings.putAll(recovery.target());
        }
        settings.put("primary_conninfo", "");
        settings.put("primary_slot_name", "");
        settings.put("recovery_end_command", "");
        settings.put("archive_cleanup_command", "");
        settings.put("promote_trigger_file", "");
        settings.put("synchronous_standby_names", "");
        settings.put("recovery_min_apply_delay", "0");
        settings.put("max_logical_replication_workers", "0");
        settings.put("ssl", "off");
        settings.put("huge_pages", "try");
        settings.put("shared_preload_libraries", String.join(",", preload.kept()));
        settings.put("session_preload_libraries", "");
        settings.put("local_preload_libraries", "");
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("bonjour", "off");
        settings.put("external_pid_file", "");
        settings.put("default_transaction_read_only", "off");
        if (major >= 16) {
            // Gone since 16.
            settings.remove("promote_trigger_file");
        }
        return settings;
    }

    /** The rest: sized to the host, quiet, and in the C locale, so that messages can be told apart. */
    Map<String, String> working() {
        Map<String, String> settings = new LinkedHashMap<>();
        AT_LEAST_AS_THE_SOURCE.forEach(
                (name, least) -> settings.put(name, Integer.toString(Math.max(least, sourceNumber(name, least)))));
        settings.put("hot_standby", "on");
        settings.put("wal_level", physical ? "replica" : "minimal");
        if (!physical) {
            settings.put("max_wal_senders", "0");
        } else if (source.containsKey("track_commit_timestamp")) {
            settings.put("track_commit_timestamp", source.get("track_commit_timestamp"));
        }
        long buffers = Math.clamp(memoryBytes / 16, 128 * MEBI, 1024 * MEBI);
        settings.put("shared_buffers", buffers / MEBI + "MB");
        settings.put("maintenance_work_mem", Math.clamp(memoryBytes / 32, 64 * MEBI, 512 * MEBI) / MEBI + "MB");
        settings.put("max_wal_size", "4GB");
        settings.put("checkpoint_timeout", "30min");
        // Thrown away within hours: it would only compete with the checks.
        settings.put("autovacuum", "off");
        settings.put("wal_retrieve_retry_interval", "200ms");
        settings.put("logging_collector", "off");
        settings.put("log_destination", "stderr");
        settings.put("log_line_prefix", "%m [%p] %q%u@%d/%a ");
        settings.put("log_timezone", "UTC");
        settings.put("timezone", "UTC");
        settings.put("lc_messages", "C");
        // Neither statements nor rows of the owner's data belong in a log.
        settings.put("log_statement", "none");
        settings.put("log_min_duration_statement", "-1");
        settings.put("log_min_error_statement", "panic");
        settings.put("log_error_verbosity", "terse");
        settings.put("update_process_title", "off");
        return settings;
    }

    private int sourceNumber(String name, int otherwise) {
        String value = source.get(name);
        return value != null && value.matches("\\d{1,9}") ? Integer.parseInt(value) : otherwise;
    }

    /** The text of {@code postgresql.conf}. */
    String file() {
        StringBuilder text = new StringBuilder("# Written by Lifeboat for one sandbox.\n");
        working().forEach((name, value) -> text.append(name)
                .append(" = '")
                .append(value.replace("\\", "\\\\").replace("'", "''"))
                .append("'\n"));
        return text.toString();
    }

    /** The server's command line, without secrets. */
    List<String> command(Path postgres, SandboxFolder folder, int port) {
        List<String> command =
                new ArrayList<>(List.of(postgres.toString(), "-D", folder.data().toString()));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "config_file", folder.configuration().resolve("postgresql.conf").toString());
        settings.put("hba_file", folder.accessFile().toString());
        settings.put(
                "ident_file", folder.configuration().resolve("pg_ident.conf").toString());
        settings.put("port", Integer.toString(port));
        settings.put("unix_socket_directories", folder.socket().toString());
        settings.put("unix_socket_permissions", "0700");
        settings.putAll(protection());
        settings.forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        return command;
    }
}
