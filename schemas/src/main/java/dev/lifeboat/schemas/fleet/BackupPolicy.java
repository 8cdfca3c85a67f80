package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;

/**
 * A backup that is wanted again and again.
 *
 * @param name unique within the cluster
 * @param method {@code dump}, {@code physical} or {@code pgbackrest}
 * @param type for pgbackrest: {@code full}, {@code differential}, {@code incremental}
 * @param databases for dump: which; absent or empty means all that accept connections
 * @param format for dump: {@code custom} or {@code directory}
 * @param jobs for dump in directory format and for pgbackrest: parallel workers, 1 to 64
 * @param fingerprint for dump: {@code off}, {@code sample} or {@code full}
 * @param schedule five-field cron; absent means by request only
 * @param timeZone IANA name, default UTC
 * @param jitter each fire is moved by a stable offset below this; optional
 * @param misfire what happens to a run whose time passed while nobody could run it: {@code run-once} (default) or
 *     {@code skip}
 * @param retention what to keep; optional, absent keeps everything
 * @param repository of the cluster's repositories, the one that takes it; absent means the first
 * @param maxRate for physical: KiB a second that the server sends at most, 32 to 1048576, as {@code --max-rate} of
 *     pg_basebackup; absent means as fast as it goes
 * @param checkpoint for physical: {@code fast} (begin at once) or {@code spread} (spare the server's disks, begin later)
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackupPolicy(
        String name,
        @JsonProperty(required = true) String method,
        String type,
        List<String> databases,
        String format,
        Integer jobs,
        String fingerprint,
        String schedule,
        String timeZone,
        Duration jitter,
        String misfire,
        Retention retention,
        String repository,
        Integer maxRate,
        String checkpoint) {

    /** Of a method other than physical. */
    public BackupPolicy(
            String name,
            String method,
            String type,
            List<String> databases,
            String format,
            Integer jobs,
            String fingerprint,
            String schedule,
            String timeZone,
            Duration jitter,
            String misfire,
            Retention retention,
            String repository) {
        this(
                name,
                method,
                type,
                databases,
                format,
                jobs,
                fingerprint,
                schedule,
                timeZone,
                jitter,
                misfire,
                retention,
                repository,
                null,
                null);
    }

    /** Into the first repository of the cluster. */
    public BackupPolicy(
            String name,
            String method,
            String type,
            List<String> databases,
            String format,
            Integer jobs,
            String fingerprint,
            String schedule,
            String timeZone,
            Duration jitter,
            String misfire,
            Retention retention) {
        this(
                name,
                method,
                type,
                databases,
                format,
                jobs,
                fingerprint,
                schedule,
                timeZone,
                jitter,
                misfire,
                retention,
                null);
    }

    /**
     * What to keep. Whatever it says, the last usable backup stays.
     *
     * @param keep newest backups of this policy to keep (dump, physical)
     * @param full newest full backups to keep, with all that depends on them (pgbackrest)
     * @param maxAge backups older than this may go
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Retention(Integer keep, Integer full, Duration maxAge) {}
}
