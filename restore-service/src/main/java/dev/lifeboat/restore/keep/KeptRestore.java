package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.restore.deliver.Delivered;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * A restore that keeps.
 *
 * @param id also of its recovery, as soon as there is one
 * @param request as it was asked for
 * @param directory that Lifeboat makes and hands over; null for what goes into databases of a server
 * @param approval whether a second person has to approve
 * @param handedOver the note; null before
 * @param delivering the note to databases that are complete and about to get their names; null before
 * @param delivered the note to databases that have them; null before
 */
record KeptRestore(
        UUID id,
        String cluster,
        JsonNode request,
        Path directory,
        String requestedBy,
        Instant requestedAt,
        boolean approval,
        String approvedBy,
        Instant approvedAt,
        HandOverNote handedOver,
        Delivered delivering,
        Delivered delivered) {

    boolean waitsForApproval() {
        return approval && approvedBy == null;
    }
}
