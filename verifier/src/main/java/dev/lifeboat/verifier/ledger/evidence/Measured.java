package dev.lifeboat.verifier.ledger.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What Lifeboat saw. What could not be seen is absent.
 *
 * @param reached where the recovered server stood; absent for a backup, or when no server came up
 * @param phases in order
 * @param isolation what happened to the archive meanwhile, and what is left of the sandbox
 * @param host where it ran: a duration without it says little
 * @param clocks how far the clocks were apart that the moments were read from
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"reached", "phases", "isolation", "host", "clocks"})
public record Measured(Reached reached, List<Phase> phases, Isolation isolation, Host host, Clocks clocks) {

    /** Takes a copy. */
    public Measured {
        phases = phases == null ? List.of() : List.copyOf(phases);
    }

    /** Of a run that never began. */
    public static Measured nothing() {
        return new Measured(null, null, null, null, null);
    }

    /** What the recovered database showed, whichever of it was there to be seen. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"snapshotAt", "lastCommitAt", "lsn", "timeline"})
    public record Reached(Instant snapshotAt, Instant lastCommitAt, String lsn, Integer timeline) {}

    /** A part of the run, by wall clock. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"name", "startedAt", "duration", "bytes"})
    public record Phase(String name, Instant startedAt, Duration duration, Long bytes) {}

    /**
     * Two listings of the archive compared, by numbers of objects, and the end of the sandbox.
     *
     * @param changed objects of before whose bytes are not the same
     * @param addedByOthers new objects that do not carry the primary's identity and timeline
     * @param notTaken why there is no listing, when there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({
        "objectsBefore",
        "objectsAfter",
        "removed",
        "changed",
        "added",
        "addedByOthers",
        "archiveModeOff",
        "sandboxGone",
        "notTaken"
    })
    public record Isolation(
            Long objectsBefore,
            Long objectsAfter,
            Long removed,
            Long changed,
            Long added,
            Long addedByOthers,
            Boolean archiveModeOff,
            Boolean sandboxGone,
            String notTaken) {}

    /** Where the sandbox ran. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"hostId", "processors", "memoryBytes", "serverVersion"})
    public record Host(String hostId, Integer processors, Long memoryBytes, String serverVersion) {}

    /**
     * Clocks that moments were read from, each minus that of the service that read it.
     *
     * @param source of the server that was backed up, minus that of the service that took the backup, when it did
     * @param sandbox of the restored server, minus the verifier's
     * @param sandboxAtRestore of the restored server, minus that of the service that restored it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"source", "sandbox", "sandboxAtRestore"})
    public record Clocks(Duration source, Duration sandbox, Duration sandboxAtRestore) {}
}
