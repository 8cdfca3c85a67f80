package dev.lifeboat.backup.restorepoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.backup.restorepoint.RestorePoint.Place;
import dev.lifeboat.schemas.Failure;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A restore point as the API shows it; absent fields are left out.
 *
 * @param durable whether a store has it: before that it is lost with the server
 * @param durableIn repositories that were seen to have it
 * @param lsn behind its record
 * @param at by the server's clock
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestorePointView(
        UUID id,
        String cluster,
        String name,
        String state,
        boolean durable,
        List<String> durableIn,
        Instant durableAt,
        String lsn,
        Integer timeline,
        Instant at,
        Instant requestedAt,
        String requestedBy,
        Failure failure) {

    static RestorePointView of(RestorePoint point) {
        return new RestorePointView(
                point.id(),
                point.cluster(),
                point.name(),
                point.state().text(),
                point.durableAt().isPresent(),
                point.durableIn(),
                point.durableAt().orElse(null),
                point.place().map(place -> place.lsn().toString()).orElse(null),
                point.place().map(Place::timeline).orElse(null),
                point.place().map(Place::at).orElse(null),
                point.requestedAt(),
                point.requestedBy(),
                point.failure().orElse(null));
    }
}
