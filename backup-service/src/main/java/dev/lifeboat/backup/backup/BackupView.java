package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A backup as the API shows it; absent fields are left out.
 *
 * @param state see {@link BackupState}
 * @param repositories where it lies, or will
 * @param progress while it runs
 * @param failure why it failed
 * @param reason why it was skipped, or why it expires
 * @param adopted the stanza that it was found in; absent for what Lifeboat took itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackupView(
        UUID id,
        String cluster,
        UUID clusterId,
        String method,
        String type,
        String policy,
        List<String> databases,
        String format,
        Integer jobs,
        String fingerprint,
        String state,
        int attempt,
        Instant dueAt,
        Instant requestedAt,
        String requestedBy,
        Instant startedAt,
        Instant endedAt,
        Duration duration,
        ProgressView progress,
        List<String> repositories,
        Long databaseBytes,
        Long storedBytes,
        Instant snapshotAt,
        String label,
        List<String> priorLabels,
        String startLsn,
        String stopLsn,
        Integer timeline,
        String systemIdentifier,
        ObjectRef manifest,
        ObjectRef inventory,
        List<String> omissions,
        Failure failure,
        String reason,
        Outcome.Stanza adopted) {

    /**
     * How far it is.
     *
     * @param bytesTotal an estimate; absent when there is none
     * @param percent 0 to 100, below 100 until it is done; absent without a total
     * @param bytesPerSecond over the last seconds
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ProgressView(
            String phase,
            long bytesDone,
            Long bytesTotal,
            Integer percent,
            Long bytesPerSecond,
            Instant at,
            Integer attempt,
            Boolean cancelRequested) {

        static ProgressView of(Operations.View view) {
            long done = view.progress() == null ? 0 : view.progress().bytesDone();
            long total = view.progress() == null ? 0 : view.progress().bytesTotal();
            return new ProgressView(
                    view.progress() == null ? view.state() : view.progress().phase(),
                    done,
                    total <= 0 ? null : Math.max(total, done),
                    BackupView.percent(done, total),
                    view.bytesPerSecond(),
                    view.progressAt(),
                    view.attempt(),
                    view.cancelRequested() ? true : null);
        }
    }

    /** Whole percent of an estimate; what is not done is never 100. */
    static Integer percent(long done, long total) {
        return total <= 0 ? null : (int) Math.min(99, done * 100 / total);
    }

    /** As the catalogue has it, and as its operation stands. */
    static BackupView of(Backup b, Optional<Operations.View> operation) {
        BackupColumns columns = BackupColumns.of(b.state());
        Outcome o = columns.outcome();
        boolean active = b.state() instanceof BackupState.Requested || b.state() instanceof BackupState.Running;
        return new BackupView(
                b.id(),
                b.cluster(),
                b.clusterId(),
                b.method(),
                o == null || o.type() == null ? b.policy().type() : o.type(),
                b.policy().name(),
                o == null ? b.policy().databases() : o.databases(),
                b.policy().format(),
                b.policy().jobs(),
                b.policy().fingerprint(),
                b.state().name(),
                columns.attempt(),
                b.dueAt(),
                b.requestedAt(),
                b.requestedBy(),
                columns.startedAt(),
                columns.endedAt(),
                columns.startedAt() == null || columns.endedAt() == null
                        ? null
                        : Duration.between(columns.startedAt(), columns.endedAt()),
                active ? operation.map(ProgressView::of).orElse(null) : null,
                List.of(b.repository()),
                o == null ? null : o.databaseBytes(),
                o == null ? null : o.storedBytes(),
                o == null ? null : o.snapshotAt(),
                o == null ? null : o.label(),
                o == null ? null : o.priorLabels(),
                o == null ? null : o.startLsn(),
                o == null ? null : o.stopLsn(),
                o == null ? null : o.timeline(),
                o == null ? null : o.systemIdentifier(),
                o == null ? null : o.manifest(),
                o == null ? null : o.inventory(),
                o == null ? null : o.omissions(),
                columns.failure(),
                columns.reason(),
                o == null ? null : o.adopted());
    }
}
