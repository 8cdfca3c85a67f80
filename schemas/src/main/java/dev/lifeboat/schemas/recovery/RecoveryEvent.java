package dev.lifeboat.schemas.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The life of a recovery, drill or restore. */
public sealed interface RecoveryEvent extends EventData {

    /** Identity of the run. */
    UUID recoveryId();

    /** Name of the cluster. */
    String cluster();

    /**
     * Somebody or a schedule wants a recovery.
     *
     * @param method {@code unknown} when the named backup shall say it and is not known yet
     * @param repository absent means whichever of the cluster's holds the backup
     * @param backupId absent means the latest usable
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RecoveryRequested(
            @JsonProperty(required = true) UUID recoveryId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) String method,
            String repository,
            UUID backupId,
            @JsonProperty(required = true) Target target,
            String policy,
            Long policyVersion,
            Instant dueAt,
            @JsonProperty(required = true) Instant requestedAt,
            @JsonProperty(required = true) String requestedBy)
            implements RecoveryEvent {}

    /** A run was due and was left out, e.g. because the one before is still running. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RecoverySkipped(
            @JsonProperty(required = true) UUID recoveryId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) String method,
            @JsonProperty(required = true) String policy,
            @JsonProperty(required = true) Instant dueAt,
            @JsonProperty(required = true) Instant skippedAt,
            @JsonProperty(required = true) String reason)
            implements RecoveryEvent {}

    /**
     * A restored server is up and waits for checks. The password is not here: the verifier fetches it.
     *
     * @param attempt events of an older attempt change nothing
     * @param databases that shall be checked
     * @param checksDigest sha256 of the canonical form of the owner's checks that belong to this run
     * @param checksDeadline after this moment the recovery goes on without checks
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SandboxReady(
            @JsonProperty(required = true) UUID recoveryId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) String method,
            int attempt,
            @JsonProperty(required = true) UUID backupId,
            @JsonProperty(required = true) String repository,
            @JsonProperty(required = true) String hostId,
            @JsonProperty(required = true) String address,
            int port,
            @JsonProperty(required = true) List<String> databases,
            @JsonProperty(required = true) Instant readyAt,
            @JsonProperty(required = true) Instant expiresAt,
            @JsonProperty(required = true) Instant checksDeadline,
            @JsonProperty(required = true) String checksDigest,
            @JsonProperty(required = true) ObjectRef manifest,
            @JsonProperty(required = true) ObjectRef inventory)
            implements RecoveryEvent {}

    /**
     * The run is over and its sandbox is gone.
     *
     * @param state {@code completed} (the rehearsal was carried out, whatever it showed), {@code failed} (it could not
     *     be carried out) or {@code cancelled}
     * @param failure why, for failed; or what did not restore, for completed without a sandbox
     * @param phases in order
     * @param policyVersion of the cluster's declaration that the run started with; optional
     * @param clocks how the clocks stood to each other that moments were read from; optional
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RecoveryEnded(
            @JsonProperty(required = true) UUID recoveryId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) String method,
            int attempt,
            @JsonProperty(required = true) String state,
            Failure failure,
            UUID backupId,
            String repository,
            ObjectRef manifest,
            Target target,
            Reached reached,
            String policy,
            Instant dueAt,
            @JsonProperty(required = true) Instant requestedAt,
            @JsonProperty(required = true) String requestedBy,
            @JsonProperty(required = true) Instant endedAt,
            @JsonProperty(required = true) List<Phase> phases,
            Measure rto,
            Measure rpo,
            Inspection inspection,
            Isolation isolation,
            SandboxHost host,
            TornDown tornDown,
            Long policyVersion,
            Clocks clocks)
            implements RecoveryEvent {}

    /**
     * How the clocks stood to each other that the moments of a run were read from.
     *
     * @param source the server that was backed up, to the service that took the backup, when it did; absent when the
     *     backup does not say it
     * @param sandbox the restored server, to the service that restored it; absent when there was none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Clocks(ClockOffset source, ClockOffset sandbox) {}

    /** A part of the run, by wall clock. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Phase(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) Instant startedAt,
            @JsonProperty(required = true) Duration duration,
            Long bytes) {}

    /**
     * A measured number beside its objective; the objective decides nothing about the verdict.
     *
     * @param objective absent when none was declared
     * @param measured absent when it could not be measured or does not apply; {@code note} says why
     * @param met absent unless both are there
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Measure(Duration objective, Duration measured, Boolean met, String note) {}

    /**
     * What the recovered database showed before it was opened for writing.
     *
     * @param snapshotAt of a dump
     * @param lsn up to which WAL was replayed
     * @param timeline that was followed
     * @param lastCommitAt of the last transaction that was replayed
     * @param sought what the plan made of the target: the drawn moment, the chosen timeline; for point-in-time
     * @param atTarget whether the server stopped because it had reached its target; absent when that cannot be told, or
     *     when there was nothing to stop at
     * @param stop where it stopped, as it said itself; absent when there was nothing to stop at
     * @param markers what the copy holds of the rows that were written to prove this; absent where nobody looked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reached(
            Instant snapshotAt,
            String lsn,
            Integer timeline,
            Instant lastCommitAt,
            Target sought,
            Boolean atTarget,
            Stop stop,
            Markers markers) {

        /** Before anybody looked for markers. */
        public Reached(
                Instant snapshotAt,
                String lsn,
                Integer timeline,
                Instant lastCommitAt,
                Target sought,
                Boolean atTarget,
                Stop stop) {
            this(snapshotAt, lsn, timeline, lastCommitAt, sought, atTarget, stop, null);
        }

        /** The same, with what the copy holds. */
        public Reached with(Markers found) {
            return new Reached(snapshotAt, lsn, timeline, lastCommitAt, sought, atTarget, stop, found);
        }
    }

    /**
     * What a copy holds of the rows that were written, each in a transaction of its own, while its source ran.
     *
     * @param held how many of this cluster's there are
     * @param newest when the newest of them was written, by the source's clock; absent when there is none
     * @param before the last one of which the record says that its commit had returned before the target
     * @param beforeThere whether the copy holds it; absent when that cannot be told
     * @param after the first one of which the record says that it was written after the target
     * @param afterThere whether the copy holds it; absent when that cannot be told
     * @param note why something is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Markers(
            int held,
            Instant newest,
            Marker before,
            Boolean beforeThere,
            Marker after,
            Boolean afterThere,
            String note) {}

    /**
     * One such row, as whoever wrote it recorded it: its commit lies between the two moments, and between the two positions.
     *
     * @param writtenAt by the source's clock, in the transaction
     * @param returnedAt by the source's clock, when the commit had returned
     * @param timeline that the source was on
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Marker(
            @JsonProperty(required = true) Instant writtenAt,
            @JsonProperty(required = true) Instant returnedAt,
            @JsonProperty(required = true) String writtenLsn,
            @JsonProperty(required = true) String returnedLsn,
            @JsonProperty(required = true) int timeline) {}

    /**
     * Where a server ended its replay.
     *
     * @param side {@code before} or {@code after} what follows; a restore point counts as {@code after}
     * @param what {@code commit}, {@code abort}, {@code lsn} or {@code restore-point}
     * @param xid of the transaction
     * @param at moment of the commit, the abort or the restore point
     * @param lsn of the record
     * @param name of the restore point
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stop(
            @JsonProperty(required = true) String side,
            @JsonProperty(required = true) String what,
            Long xid,
            Instant at,
            String lsn,
            String name) {}

    /**
     * Facts that need the sandbox's files; the verifier judges them.
     *
     * @param checksumsEnabled whether the data directory has page checksums
     * @param checksumBlocksScanned absent when not run
     * @param checksumFailures absent when not run
     * @param serverLogErrors lines of level ERROR and worse that do not come from checks, and of processes that a signal
     *     ended, as {@code LEVEL: text}, the newest, bounded
     * @param notInspected why there is nothing, when there is nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Inspection(
            String systemIdentifier,
            Integer timeline,
            Boolean checksumsEnabled,
            Long checksumBlocksScanned,
            Long checksumFailures,
            List<String> serverLogErrors,
            String notInspected) {}

    /**
     * What happened to the archive meanwhile.
     *
     * @param objectsBefore listed before the restore
     * @param objectsAfter listed after teardown
     * @param removed keys that were there and are gone, bounded
     * @param changed keys whose size or tag differs, bounded
     * @param added number of new objects
     * @param addedByOthers keys of new objects that do not carry the primary's identity, bounded
     * @param notTaken why there is nothing, when there is nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Isolation(
            Long objectsBefore,
            Long objectsAfter,
            List<String> removed,
            List<String> changed,
            Long added,
            List<String> addedByOthers,
            Boolean archiveModeOff,
            String notTaken) {}

    /** Where the sandbox ran; a duration without this says little. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SandboxHost(String hostId, Integer processors, Long memoryBytes, String serverVersion) {}

    /** That the sandbox is gone: its processes, its folder, its pins; what is left is named. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TornDown(
            @JsonProperty(required = true) Instant at, boolean processesGone, boolean folderGone, List<String> left) {}
}
