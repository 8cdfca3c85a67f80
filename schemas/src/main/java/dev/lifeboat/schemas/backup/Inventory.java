package dev.lifeboat.schemas.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a cluster consisted of when it was backed up: what a restore needs and is compared with. Row numbers are
 * estimates of the server's unless fingerprints give exact ones.
 *
 * @param settings those that a restore needs: {@code shared_preload_libraries}, {@code max_connections} and its kin, by
 *     name, as {@code SHOW} prints them
 * @param bootstrapSuperuser name of the role with oid 10
 * @param architecture of the processor that the server runs on, where it can be known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Inventory(
        int formatVersion,
        Instant takenAt,
        String systemIdentifier,
        String serverVersion,
        int serverVersionNum,
        String architecture,
        Boolean dataChecksums,
        Integer timeline,
        Long walSegmentBytes,
        String bootstrapSuperuser,
        Map<String, String> settings,
        List<Role> roles,
        List<Tablespace> tablespaces,
        List<Database> databases) {

    /** The version of this format that is written now. */
    public static final int FORMAT_VERSION = 1;

    /** A role, without its password. */
    public record Role(
            String name,
            boolean superuser,
            boolean login,
            boolean replication,
            boolean bypassRls,
            List<String> memberOf) {}

    /** A tablespace and where it lies on the source. */
    public record Tablespace(String name, String location) {}

    /** One database. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Database(
            String name,
            long oid,
            String owner,
            String encoding,
            String localeProvider,
            String collate,
            String ctype,
            String icuLocale,
            String collationVersion,
            String actualCollationVersion,
            long bytes,
            List<Extension> extensions,
            List<Collation> collations,
            List<Table> tables,
            Map<String, Long> objectCounts,
            Long largeObjects) {}

    /** An installed extension. */
    public record Extension(String name, String version, String schema) {}

    /** A collation whose provider has versions. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Collation(String schema, String name, String provider, String version, String actualVersion) {}

    /** A table, partitioned table or materialised view; {@code kind} is pg_class.relkind. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Table(
            String schema,
            String name,
            String kind,
            boolean partition,
            boolean unlogged,
            String extension,
            long rowsEstimated,
            long bytes) {}
}
