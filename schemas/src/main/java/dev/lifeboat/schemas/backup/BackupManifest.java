package dev.lifeboat.schemas.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.ClockOffset;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a backup consists of, stored beside the data as {@code manifest.json}, last of all. Restoring needs this and the
 * repository's credentials, and nothing of Lifeboat.
 *
 * @param formatVersion {@value #FORMAT_VERSION}
 * @param systemIdentifier of the cluster that was backed up, as {@code pg_controldata} prints it
 * @param serverVersion as {@code server_version} prints it
 * @param majorVersion e.g. 15
 * @param globals roles, tablespaces and their grants as SQL (dump); never has a stable digest from run to run
 * @param globalsWithoutPasswords whether password verifiers had to be left out
 * @param databases one dump per database (dump)
 * @param pgbackrest where the tool's own repository is (pgbackrest)
 * @param inventory what the cluster consisted of
 * @param fingerprints what the tables contained at the snapshot (dump, unless fingerprint is off)
 * @param omissions what the tools said that they left out
 * @param sourceClock how the server's clock stood to that of the service that took the backup; optional
 * @param physical the archives of the server's files (physical)
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackupManifest(
        int formatVersion,
        @JsonProperty(required = true) UUID backupId,
        @JsonProperty(required = true) UUID clusterId,
        @JsonProperty(required = true) String cluster,
        @JsonProperty(required = true) String method,
        String type,
        @JsonProperty(required = true) String systemIdentifier,
        String serverVersion,
        int majorVersion,
        @JsonProperty(required = true) Instant startedAt,
        @JsonProperty(required = true) Instant completedAt,
        Instant snapshotAt,
        ObjectRef globals,
        Boolean globalsWithoutPasswords,
        List<DatabaseDump> databases,
        PgBackRestSet pgbackrest,
        @JsonProperty(required = true) ObjectRef inventory,
        ObjectRef fingerprints,
        List<String> omissions,
        ClockOffset sourceClock,
        PhysicalSet physical) {

    /** The version of this format that is written now. */
    public static final int FORMAT_VERSION = 1;

    /** Of a method other than physical. */
    public BackupManifest(
            int formatVersion,
            UUID backupId,
            UUID clusterId,
            String cluster,
            String method,
            String type,
            String systemIdentifier,
            String serverVersion,
            int majorVersion,
            Instant startedAt,
            Instant completedAt,
            Instant snapshotAt,
            ObjectRef globals,
            Boolean globalsWithoutPasswords,
            List<DatabaseDump> databases,
            PgBackRestSet pgbackrest,
            ObjectRef inventory,
            ObjectRef fingerprints,
            List<String> omissions,
            ClockOffset sourceClock) {
        this(
                formatVersion,
                backupId,
                clusterId,
                cluster,
                method,
                type,
                systemIdentifier,
                serverVersion,
                majorVersion,
                startedAt,
                completedAt,
                snapshotAt,
                globals,
                globalsWithoutPasswords,
                databases,
                pgbackrest,
                inventory,
                fingerprints,
                omissions,
                sourceClock,
                null);
    }

    /**
     * The dump of one database.
     *
     * @param name of the database, verbatim
     * @param format {@code custom} (one object) or {@code directory} (one object per file)
     * @param snapshot name of the exported snapshot that dump and fingerprints share
     * @param objects for custom one; for directory each with its file name
     */
    public record DatabaseDump(
            @JsonProperty(required = true) String name,
            long oid,
            @JsonProperty(required = true) String format,
            String snapshot,
            Instant snapshotAt,
            @JsonProperty(required = true) List<DumpObject> objects) {}

    /** One file of a dump: {@code name} is the file's name in directory format, {@code dump.pgc} in custom format. */
    public record DumpObject(
            @JsonProperty(required = true) String name, @JsonProperty(required = true) ObjectRef object) {}

    /**
     * A set in a pgBackRest repository.
     *
     * @param stanza name of the stanza
     * @param repositoryPath key prefix of the repository within the bucket, the repository's own prefix left out
     * @param label of the set, e.g. {@code 20261121-070105F}
     * @param priorLabels that it depends on, oldest first
     * @param encrypted whether the repository has a passphrase
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PgBackRestSet(
            @JsonProperty(required = true) String stanza,
            @JsonProperty(required = true) String repositoryPath,
            @JsonProperty(required = true) String label,
            List<String> priorLabels,
            boolean encrypted,
            String startWal,
            String stopWal,
            String startLsn,
            String stopLsn,
            Integer timeline,
            String toolVersion) {}

    /**
     * The server's files as {@code BASE_BACKUP} gave them: a tar archive for each tablespace and one for the data directory.
     * They were copied while they changed: what lies between start and stop in the write-ahead log must be replayed.
     *
     * @param startLsn where that log begins, e.g. {@code 0/2000028}
     * @param stopLsn up to where it must be replayed; a recovery to anything earlier is impossible
     * @param timeline of the stop
     * @param walSegmentBytes size of a WAL segment
     * @param archives the data directory's is the last one
     * @param backupManifest the server's own list of its files with their digests, as {@code pg_verifybackup} reads it
     * @param compression what undoes that of each archive: {@code zstd}
     */
    public record PhysicalSet(
            @JsonProperty(required = true) String startLsn,
            @JsonProperty(required = true) String stopLsn,
            @JsonProperty(required = true) Integer timeline,
            long walSegmentBytes,
            @JsonProperty(required = true) List<PhysicalArchive> archives,
            @JsonProperty(required = true) ObjectRef backupManifest,
            @JsonProperty(required = true) String compression) {}

    /**
     * One archive.
     *
     * @param name of the file, e.g. {@code base.tar.zst}, {@code 16385.tar.zst}
     * @param tablespaceOid absent for the data directory; the tablespace is the link of that name in {@code pg_tblspc}
     * @param location where the tablespace lies on the source; absent for the data directory
     * @param object the archive as stored, compressed
     * @param bytes length of the tar archive itself
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PhysicalArchive(
            @JsonProperty(required = true) String name,
            String tablespaceOid,
            String location,
            @JsonProperty(required = true) ObjectRef object,
            long bytes) {}
}
