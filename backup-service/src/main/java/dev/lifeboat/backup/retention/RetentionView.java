package dev.lifeboat.backup.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupState;
import dev.lifeboat.backup.retention.Candidate.Hold;
import dev.lifeboat.backup.retention.RetentionRules.Rule;
import dev.lifeboat.schemas.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Retention as the API shows it; absent fields are left out. */
final class RetentionView {
    private RetentionView() {}

    /**
     * What would go now, and what would stay.
     *
     * @param rules as they are declared; a policy that is not named keeps everything
     * @param going in the order of removal
     * @param staying newest first
     * @param bytesGoing size of what goes, as far as it is known
     * @param suspended why none of it goes for now, if so
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PlanView(
            String cluster,
            UUID clusterId,
            Instant at,
            List<Rule> rules,
            List<DecisionView> going,
            List<DecisionView> staying,
            long bytesGoing,
            Failure suspended) {

        static PlanView of(String cluster, UUID clusterId, Retention.Decided decided) {
            List<DecisionView> going = DecisionView.of(decided.plan().going(), decided.backups());
            return new PlanView(
                    cluster,
                    clusterId,
                    decided.at(),
                    decided.rules().rules(),
                    going,
                    DecisionView.of(decided.plan().staying(), decided.backups()),
                    going.stream()
                            .mapToLong(each -> each.storedBytes() == null ? 0 : each.storedBytes())
                            .sum(),
                    decided.doubted() ? RetentionOperation.doubted(cluster) : null);
        }
    }

    /**
     * One backup's fate.
     *
     * @param decision {@code goes} or {@code stays}
     * @param code of the reason, stable
     * @param rule that decided, if one did
     * @param because other backups that the reason rests on
     * @param proof {@code passed} or {@code failed}: the newest verdict on a restore of it; absent if there is none
     * @param heldBy recoveries that read it now
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record DecisionView(
            UUID backupId,
            String method,
            String policy,
            String label,
            String repository,
            Instant completedAt,
            Long storedBytes,
            String decision,
            String code,
            String reason,
            Rule rule,
            List<UUID> because,
            String proof,
            List<Hold> heldBy) {

        static List<DecisionView> of(List<Decision> decisions, Map<UUID, Backup> backups) {
            return decisions.stream()
                    .map(decision -> of(decision, backups.get(decision.backup().id())))
                    .toList();
        }

        private static DecisionView of(Decision decision, Backup backup) {
            Candidate candidate = decision.backup();
            return new DecisionView(
                    candidate.id(),
                    candidate.method(),
                    candidate.policy(),
                    candidate.label(),
                    candidate.repository(),
                    candidate.completedAt(),
                    storedBytes(backup),
                    decision.goes() ? "goes" : "stays",
                    decision.why().code(),
                    decision.explanation(),
                    decision.rule(),
                    decision.because(),
                    proof(candidate),
                    candidate.holds());
        }

        private static String proof(Candidate candidate) {
            return switch (candidate.proof()) {
                case NONE -> null;
                case PASSED -> "passed";
                case FAILED -> "failed";
            };
        }

        private static Long storedBytes(Backup backup) {
            return switch (backup.state()) {
                case BackupState.Completed completed -> completed.outcome().storedBytes();
                case BackupState.Expiring expiring ->
                    expiring.completed().outcome().storedBytes();
                default -> null;
            };
        }
    }

    /**
     * A run. In lists without what it went by and without reasons for staying.
     *
     * @param state see {@link RunState}
     * @param trigger what it was begun by: the schedule, a request, or a backup that was completed
     * @param removals what it removed, or tried to
     * @param staying why what stays stays; only of the newest runs
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RunView(
            UUID id,
            String cluster,
            UUID clusterId,
            String state,
            Instant requestedAt,
            String requestedBy,
            String trigger,
            Instant startedAt,
            Instant endedAt,
            Failure failure,
            List<Rule> rules,
            List<Removal> removals,
            List<DecisionView> staying) {

        static RunView of(RetentionRun run, List<Removal> removals, RetentionRuns.Explained explained) {
            RetentionRuns.Columns columns = RetentionRuns.Columns.of(run.state());
            return new RunView(
                    run.id(),
                    run.cluster(),
                    run.clusterId(),
                    run.state().name(),
                    run.requestedAt(),
                    run.requestedBy(),
                    run.trigger(),
                    columns.startedAt(),
                    columns.endedAt(),
                    columns.failure(),
                    explained.rules(),
                    removals,
                    explained.staying());
        }
    }

    /**
     * Why a backup is there, or is not there any more.
     *
     * @param state of the backup
     * @param now what retention says of it now; absent if it is not stored
     * @param removals the runs that removed it, or tried to, newest first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record StoryView(UUID backupId, String cluster, String state, DecisionView now, List<Removal> removals) {}
}
