package dev.lifeboat.restore.inspect;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code pg_controldata} prints, in the C locale.
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-pgcontroldata.html">pg_controldata</a>
 */
public record ControlData(Map<String, String> values) {

    /** Reads its lines. */
    public static ControlData parse(String output) {
        Map<String, String> values = new HashMap<>();
        output.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        });
        return new ControlData(Map.copyOf(values));
    }

    /** The cluster's identity; survives everything but initdb and pg_upgrade. */
    public Optional<String> systemIdentifier() {
        return Optional.ofNullable(values.get("Database system identifier"));
    }

    /** Of the last checkpoint. */
    public Optional<Integer> timeline() {
        return Optional.ofNullable(values.get("Latest checkpoint's TimeLineID")).map(Integer::valueOf);
    }

    /** Whether pages carry checksums. */
    public Optional<Boolean> checksums() {
        return Optional.ofNullable(values.get("Data page checksum version")).map(version -> !version.equals("0"));
    }

    /** E.g. {@code in production}, {@code shut down}. */
    public Optional<String> state() {
        return Optional.ofNullable(values.get("Database cluster state"));
    }

    /** The settings that a server which replays this cluster's WAL must not be below, by their names. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        Map.of(
                        "max_connections setting", "max_connections",
                        "max_worker_processes setting", "max_worker_processes",
                        "max_wal_senders setting", "max_wal_senders",
                        "max_prepared_xacts setting", "max_prepared_transactions",
                        "max_locks_per_xact setting", "max_locks_per_transaction",
                        "track_commit_timestamp setting", "track_commit_timestamp")
                .forEach((printed, name) -> {
                    if (values.containsKey(printed)) {
                        settings.put(name, values.get(printed));
                    }
                });
        return settings;
    }
}
