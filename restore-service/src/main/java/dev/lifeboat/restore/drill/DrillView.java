package dev.lifeboat.restore.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.recovery.Wanted;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Phase;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.schemas.verification.VerificationEvent.ChecksCompleted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A drill as {@code GET /drills/{id}} answers it. What is not known yet is left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DrillView(
        UUID id,
        String cluster,
        String kind,
        String method,
        String repository,
        String policy,
        Long policyVersion,
        Instant dueAt,
        Instant requestedAt,
        String requestedBy,
        Duration keep,
        String state,
        int attempt,
        Verdict verdict,
        String reason,
        Failure failure,
        UUID backupId,
        TargetView target,
        DrillProgress progress,
        RecoveryPlan plan,
        List<Phase> phases,
        Measure rto,
        Measure rpo,
        List<CheckView> checks,
        Evidence evidence,
        Inspection inspection,
        Isolation isolation,
        Host host,
        Clocks clocks,
        Instant heldUntil,
        TornDown tornDown,
        Instant endedAt) {

    /** What was to be reached, and what was. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TargetView(
            String type, String value, Boolean inclusive, Integer timeline, Long seed, Reached reached) {}

    /** One check. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CheckView(
            String name,
            boolean required,
            Verdict verdict,
            String reason,
            String expected,
            String found,
            Duration duration) {}

    /** Where the verdict stands in the ledger. */
    public record Evidence(long sequence, String digest) {}

    /** Where the sandbox ran. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Host(String hostId, int processors, long memoryBytes, String serverVersion) {}

    /**
     * How the clocks stood to each other.
     *
     * @param source the server that was backed up, to the service that took the backup
     * @param sandbox the restored server, to the service that restored it
     * @param verifier the restored server minus the verifier
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Clocks(ClockOffset source, ClockOffset sandbox, Duration verifier) {
        Clocks(RecoveryEvent.Clocks known, ChecksCompleted checks) {
            this(known.source(), known.sandbox(), checks == null ? null : checks.clockOffset());
        }
    }

    /** Puts together what the row, its phases and its operation say. */
    public static DrillView of(Recovery recovery, List<Phase> phases, Optional<Operations.View> operation) {
        var wanted = recovery.wanted();
        var facts = recovery.facts();
        RecoveryState state = recovery.state();
        Failure failure =
                switch (state) {
                    case RecoveryState.Underway underway -> null;
                    case RecoveryState.TearingDown down -> down.outcome().failure();
                    case RecoveryState.Ended ended -> ended.outcome().failure();
                };
        var verdict = facts.verdict();
        String reason = verdict != null ? verdict.reason() : failure != null ? failure.message() : null;
        boolean ended = state instanceof RecoveryState.Ended;
        return new DrillView(
                recovery.id(),
                wanted.cluster(),
                wanted.kind(),
                recovery.method().equals(Wanted.METHOD_NOT_KNOWN) ? null : recovery.method(),
                facts.backup() == null ? wanted.repository() : facts.backup().repository(),
                wanted.policy(),
                wanted.policyVersion(),
                wanted.dueAt(),
                wanted.requestedAt(),
                wanted.requestedBy(),
                wanted.keep(),
                state.name(),
                state.attempt(),
                verdict == null ? null : verdict.verdict(),
                reason,
                failure,
                facts.backup() == null ? wanted.backupId() : facts.backup().backupId(),
                target(wanted.target(), facts),
                ended
                        ? null
                        : operation
                                .flatMap(shown -> DrillProgress.of(shown, facts.plan()))
                                .orElse(null),
                facts.plan(),
                phases,
                facts.rto(),
                facts.rpo(),
                checks(recovery),
                verdict == null ? null : new Evidence(verdict.sequence(), verdict.digest()),
                facts.inspection(),
                facts.isolation(),
                facts.sandbox() == null
                        ? null
                        : new Host(
                                facts.sandbox().hostId(),
                                facts.sandbox().processors(),
                                facts.sandbox().memoryBytes(),
                                facts.sandbox().serverVersion()),
                facts.clocks() == null ? null : new Clocks(facts.clocks(), facts.checks()),
                state instanceof RecoveryState.Held held ? held.until() : null,
                facts.tornDown(),
                recovery.endedAt());
    }

    /** As asked for, with what the plan made of it. */
    private static TargetView target(Target asked, Recovery.Facts facts) {
        Target shown = facts.backup() != null && facts.backup().aim() != null
                ? facts.backup().aim().sought()
                : asked;
        return new TargetView(
                shown.type(), shown.value(), shown.inclusive(), shown.timeline(), shown.seed(), facts.reached());
    }

    /** The verdict's checks hold the judged facts too; before it there are those that looked at the running server. */
    private static List<CheckView> checks(Recovery recovery) {
        var facts = recovery.facts();
        List<CheckResult> results = facts.verdict() != null && facts.verdict().checks() != null
                ? facts.verdict().checks()
                : facts.checks() != null ? facts.checks().checks() : List.of();
        return results.stream()
                .map(check -> new CheckView(
                        check.name(),
                        check.required(),
                        check.verdict(),
                        check.reason(),
                        check.expected(),
                        check.found(),
                        check.duration()))
                .toList();
    }
}
