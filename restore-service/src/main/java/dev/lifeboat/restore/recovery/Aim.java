package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Instant;

/**
 * What a plan made of the target that was asked for; later attempts keep to it.
 *
 * @param sought the target with all that was left open: the drawn moment, the timeline
 * @param from the first moment that can be reached with the backups there are
 * @param to the last one; null when it is not known
 * @param fromLsn the first position that can be reached with the backups there are
 * @param startLsn where the replay begins
 * @param endLsn where it ends at the latest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Aim(Target sought, Instant from, Instant to, String fromLsn, String startLsn, String endLsn) {}
