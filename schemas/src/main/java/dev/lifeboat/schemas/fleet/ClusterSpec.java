package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;

/**
 * A PostgreSQL cluster as its owner declared it: how to reach it, what is promised for it, what shall run when.
 *
 * @param name lower-case name, {@code [a-z0-9][a-z0-9-]*}, at most 63 characters
 * @param connection how to reach the server
 * @param dataDirectory the server's data directory; only for pgbackrest on the same host
 * @param objectives what is promised; optional
 * @param repositories names of declared repositories: the first takes backups, the others copies
 * @param wal how WAL is kept; optional, default {@code none}
 * @param backups backup policies
 * @param drills drill policies
 * @param checks the owner's own SQL assertions
 * @param markers rows that Lifeboat writes to prove what a recovery reached; absent means as by default
 * @param restores what restores that keep are bound to; absent means nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterSpec(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) Connection connection,
        String dataDirectory,
        Objectives objectives,
        @JsonProperty(required = true) List<String> repositories,
        WalSpec wal,
        List<BackupPolicy> backups,
        List<DrillPolicy> drills,
        List<CheckSpec> checks,
        Markers markers,
        Restores restores) {

    /** With markers and restores as by default. */
    public ClusterSpec(
            String name,
            Connection connection,
            String dataDirectory,
            Objectives objectives,
            List<String> repositories,
            WalSpec wal,
            List<BackupPolicy> backups,
            List<DrillPolicy> drills,
            List<CheckSpec> checks) {
        this(name, connection, dataDirectory, objectives, repositories, wal, backups, drills, checks, null, null);
    }

    /**
     * How to reach the server.
     *
     * @param host name or address
     * @param port TCP port
     * @param user role to connect as
     * @param password by reference; optional
     * @param sslMode libpq's name of the mode, default {@code prefer}
     * @param database maintenance database, default {@code postgres}
     * @param socketDirectory of a server on this host, for pgbackrest; optional
     * @param caFile certificate of the authority that the server's must come from, PEM, on the services' host; with the modes
     *     {@code verify-ca} and {@code verify-full}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Connection(
            @JsonProperty(required = true) String host,
            @JsonProperty(required = true) Integer port,
            @JsonProperty(required = true) String user,
            SecretRef password,
            String sslMode,
            String database,
            String socketDirectory,
            String caFile) {}

    /** What is promised: at most so much lost ({@code rpo}), back within ({@code rto}); each optional. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Objectives(Duration rpo, Duration rto) {}

    /**
     * Rows with the server's time, written into a database of their own, {@code lifeboat}, while the cluster runs.
     *
     * @param enabled default true where WAL is kept
     * @param every how often one is written, at least a second; default {@code PT1S}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Markers(Boolean enabled, Duration every) {
        /** Unless something else is said. */
        public static final Duration EVERY_SECOND = Duration.ofSeconds(1);
    }

    /**
     * What restores that keep are bound to.
     *
     * @param approval {@code required}: somebody else than who asks, with the role approver, has to approve; or {@code none}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Restores(String approval) {}

    /** Whether a second person has to approve restores. */
    public boolean asksForApproval() {
        return restores != null && "required".equals(restores.approval());
    }

    /** Whether markers shall be written: said so, or WAL is kept and nothing is said. */
    public boolean writesMarkers() {
        if (markers != null && markers.enabled() != null) {
            return markers.enabled();
        }
        return wal != null && ("stream".equals(wal.mode()) || "archive".equals(wal.mode()));
    }

    /** How often. */
    public Duration markersEvery() {
        return markers == null || markers.every() == null ? Markers.EVERY_SECOND : markers.every();
    }

    /**
     * How WAL is kept.
     *
     * @param mode {@code stream}, {@code archive} or {@code none}
     * @param durability {@code segment} or {@code synchronous}; with mode {@code stream}
     * @param maxLag the longest that WAL may be away from the object store; with mode {@code stream}, default 10 s
     * @param slotGuard what becomes of WAL that piles up on the server; optional, with mode {@code stream}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record WalSpec(String mode, String durability, Duration maxLag, SlotGuardSpec slotGuard) {
        /** Without a word about the slot. */
        public WalSpec(String mode, String durability, Duration maxLag) {
            this(mode, durability, maxLag, null);
        }
    }

    /**
     * What becomes of WAL that piles up on the server because the stream does not take it.
     *
     * @param limit bytes that the server may keep for the stream; absent: its {@code max_slot_wal_keep_size}, or the free space
     *     where that can be known
     * @param onLimit {@code alarm} or {@code drop}: give the slot up, so that the server's disk does not fill; what was not yet
     *     stored is lost to recovery
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SlotGuardSpec(Long limit, String onLimit) {}
}
