package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.restore.deliver.Delivered;
import dev.lifeboat.restore.deliver.Delivery;
import dev.lifeboat.restore.drill.DrillView;
import java.time.Instant;
import java.util.UUID;

/**
 * A restore that keeps, as it is shown.
 *
 * @param state {@code awaiting-approval}, then that of its recovery
 * @param directory that is handed over in the end; absent for databases
 * @param into the server and databases of a delivery, as they were asked for; absent for files
 * @param recovery the same as a drill shows; absent until it is approved
 * @param handedOver where it is, how to start it, what to do next
 * @param delivered what was made on the server, counted, and what to do next
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RestoreView(
        UUID id,
        String cluster,
        String state,
        String directory,
        Delivery into,
        String requestedBy,
        Instant requestedAt,
        Approval approval,
        DrillView recovery,
        HandOverNote handedOver,
        Delivered delivered) {

    /** A second person's word. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Approval(boolean required, String approvedBy, Instant approvedAt) {}

    static RestoreView of(KeptRestore restore, DrillView recovery) {
        return new RestoreView(
                restore.id(),
                restore.cluster(),
                recovery == null ? "awaiting-approval" : recovery.state(),
                restore.directory() == null ? null : restore.directory().toString(),
                restore.directory() == null
                        ? RestoreRequest.read(restore.request()).delivery()
                        : null,
                restore.requestedBy(),
                restore.requestedAt(),
                new Approval(restore.approval(), restore.approvedBy(), restore.approvedAt()),
                recovery,
                restore.handedOver(),
                restore.delivered());
    }
}
