package dev.lifeboat.verifier.ledger.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.lifeboat.schemas.verification.Verdict;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * What was judged. Objectives stand beside the verdict, never inside it.
 *
 * @param checks in the order in which they ran
 * @param verdict absent for a backup, and for a run that never began
 * @param reason one sentence; always set unless passed
 * @param code stable code of what went wrong; absent when nothing did
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"verdict", "reason", "code", "rto", "rpo", "checks"})
public record Judgement(Verdict verdict, String reason, String code, Objective rto, Objective rpo, List<Check> checks) {

    /** Refuses a verdict that the checks do not bear out. */
    public Judgement {
        checks = checks == null ? List.of() : List.copyOf(checks);
        if (verdict == Verdict.NOT_APPLICABLE) {
            throw new IllegalArgumentException("a run is passed, failed or inconclusive");
        }
        if (verdict == Verdict.PASSED) {
            requireProof(checks);
        } else if (verdict != null && (reason == null || reason.isBlank())) {
            throw new IllegalArgumentException("a verdict other than passed has a reason");
        }
    }

    /** Whether it says anything about the backup: passed or failed. */
    boolean isDecided() {
        return verdict == Verdict.PASSED || verdict == Verdict.FAILED;
    }

    private static void requireProof(List<Check> checks) {
        List<Check> required = checks.stream().filter(Check::required).toList();
        if (required.stream().noneMatch(check -> check.verdict() == Verdict.PASSED)) {
            throw new IllegalArgumentException("passed needs a required check that passed");
        }
        required.stream()
                .filter(check -> check.verdict() == Verdict.FAILED || check.verdict() == Verdict.INCONCLUSIVE)
                .findFirst()
                .ifPresent(check -> {
                    throw new IllegalArgumentException(
                            "passed is not borne out: the required check " + check.name() + " is " + check.verdict());
                });
    }

    /**
     * One check and what it came to.
     *
     * @param required whether the run fails with it
     * @param reason one sentence without row values; always set unless passed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"name", "required", "verdict", "reason"})
    public record Check(String name, boolean required, Verdict verdict, String reason) {

        /** "Could not check" needs its reason. */
        public Check {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(verdict, "verdict");
            if (verdict != Verdict.PASSED && (reason == null || reason.isBlank())) {
                throw new IllegalArgumentException("the check " + name + " is " + verdict + " and has no reason");
            }
        }
    }

    /**
     * A declared objective beside the measured number.
     *
     * @param objective as declared; absent when none was
     * @param measured absent when it could not be measured or does not apply
     * @param met whether {@code measured} is at most {@code objective}; absent unless both are there
     * @param note why something is absent, or a waiver: it never turns a missed number into a met one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"objective", "measured", "met", "note"})
    public record Objective(Duration objective, Duration measured, Boolean met, String note) {

        /** Refuses a {@code met} that the numbers do not bear out. */
        public Objective {
            if (!Objects.equals(met, compare(objective, measured))) {
                throw new IllegalArgumentException(
                        "met=" + met + " is not borne out by objective " + objective + " and measured " + measured);
            }
        }

        /** Compares the two, where both are there. */
        public static Objective of(Duration objective, Duration measured, String note) {
            return new Objective(objective, measured, compare(objective, measured), note);
        }

        private static Boolean compare(Duration objective, Duration measured) {
            if (objective == null || measured == null) {
                return null;
            }
            // As exact as they are written down, or what was written could contradict itself when it is read.
            return measured.truncatedTo(ChronoUnit.MICROS).compareTo(objective.truncatedTo(ChronoUnit.MICROS)) <= 0;
        }
    }
}
