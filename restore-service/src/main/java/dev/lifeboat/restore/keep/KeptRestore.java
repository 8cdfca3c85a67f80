package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * A restore that keeps.
 *
 * @param id also of its recovery, as soon as there is one
 * @param request as it was asked for
 * @param directory that Lifeboat makes and hands over
 * @param approval whether a second person has to approve
 * @param handedOver the note; null before
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
        HandOverNote handedOver) {

    boolean waitsForApproval() {
        return approval && approvedBy == null;
    }
}
