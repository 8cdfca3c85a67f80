package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.restore.drill.DrillView;
import java.time.Instant;
import java.util.UUID;

/**
 * A restore that keeps, as it is shown.
 *
 * @param state {@code awaiting-approval}, then that of its recovery
 * @param directory that is handed over in the end
 * @param recovery the same as a drill shows; absent until it is approved
 * @param handedOver where it is, how to start it, what to do next
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RestoreView(
        UUID id,
        String cluster,
        String state,
        String directory,
        String requestedBy,
        Instant requestedAt,
        Approval approval,
        DrillView recovery,
        HandOverNote handedOver) {

    /** A second person's word. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Approval(boolean required, String approvedBy, Instant approvedAt) {}

    static RestoreView of(KeptRestore restore, DrillView recovery) {
        return new RestoreView(
                restore.id(),
                restore.cluster(),
                recovery == null ? "awaiting-approval" : recovery.state(),
                restore.directory().toString(),
                restore.requestedBy(),
                restore.requestedAt(),
                new Approval(restore.approval(), restore.approvedBy(), restore.approvedAt()),
                recovery,
                restore.handedOver());
    }
}
