package dev.lifeboat.verifier.ledger.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * The facts about one run that was due or asked for, however it ended. What somebody declared and what was measured stand
 * apart, and apart from both stands what was judged from them.
 *
 * <p>It holds no name of a person, no row value and no credential. It cannot be built in contradiction to itself: a verdict
 * that the checks do not bear out, or one about a run that was not carried out, is refused here and not found years later.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunEvidence(Run run, Declared declared, Measured measured, Judgement judgement) {

    /** Refuses a judgement that the run does not bear out. */
    public RunEvidence {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(declared, "declared");
        Objects.requireNonNull(measured, "measured");
        Objects.requireNonNull(judgement, "judgement");
        if (run.ending() != Ending.COMPLETED && judgement.isDecided()) {
            throw new IllegalArgumentException("a run that is " + run.ending() + " cannot be judged "
                    + judgement.verdict() + ": only a completed one shows anything");
        }
        if (run.kind() == Kind.BACKUP && judgement.verdict() != null) {
            throw new IllegalArgumentException("a backup alone proves nothing and has no verdict");
        }
        if (run.kind() == Kind.DRILL && run.ending() == Ending.COMPLETED && judgement.verdict() == null) {
            throw new IllegalArgumentException("a completed drill has a verdict");
        }
    }

    /** What kind of run it was. */
    public enum Kind {
        @JsonProperty("backup")
        BACKUP,
        @JsonProperty("drill")
        DRILL
    }

    /** How it ended. */
    public enum Ending {
        @JsonProperty("completed")
        COMPLETED,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("cancelled")
        CANCELLED,
        @JsonProperty("skipped")
        SKIPPED,
        /** It was due and nobody said anything about it. */
        @JsonProperty("missed")
        MISSED
    }

    /**
     * Which run it was.
     *
     * @param runId the backup's or the recovery's; absent for a missed run
     * @param attempt the one that counted
     * @param dueAt by schedule; absent when a person asked
     * @param requestedAt when it was accepted; absent when it never came to that
     * @param endedAt when it ended, or when it was found missing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"kind", "ending", "runId", "attempt", "cluster", "dueAt", "requestedAt", "endedAt"})
    public record Run(
            Kind kind,
            Ending ending,
            UUID runId,
            Integer attempt,
            Cluster cluster,
            Instant dueAt,
            Instant requestedAt,
            Instant endedAt) {

        /** Refuses a run that cannot be told from another. */
        public Run {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(ending, "ending");
            Objects.requireNonNull(cluster, "cluster");
            Objects.requireNonNull(endedAt, "endedAt");
            if (runId == null && dueAt == null) {
                throw new IllegalArgumentException("a run is known by its id, or by when it was due");
            }
        }
    }

    /** A name can be declared again for another database; the id cannot. */
    @JsonPropertyOrder({"name", "clusterId"})
    public record Cluster(String name, UUID clusterId) {

        /** Both are always known. */
        public Cluster {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(clusterId, "clusterId");
        }
    }
}
