package dev.lifeboat.backup.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.backup.stream.ClusterStream.Place;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A cluster's WAL, as {@code GET /clusters/{name}/wal} answers.
 *
 * @param mode as declared
 * @param state of the stream; absent where nothing is streamed
 * @param since when it is in that state
 * @param failure why it does not go on, and what to do
 * @param retryAt when it is begun again
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "ClusterWal", description = "How a cluster's WAL is kept, and how far its stream is")
public record StreamView(
        String cluster,
        String mode,
        String state,
        Instant since,
        String durability,
        Duration maxLag,
        String repository,
        String slot,
        Positions positions,
        Lag lag,
        Stored lastStored,
        Retained retained,
        @Schema(description = "bytes on the service's disk that are not stored yet") Long spoolBytes,
        Failure failure,
        Instant retryAt) {

    /** Where the stream is, and when it was there; positions as PostgreSQL writes them. */
    @Schema(name = "ClusterWalPositions")
    public record Positions(
            Instant at, int timeline, String server, String received, String acknowledged, String stored) {}

    /**
     * What the server has and the store has not.
     *
     * @param seconds age of the oldest byte that was received and is not stored
     */
    @Schema(name = "ClusterWalLag")
    public record Lag(long bytes, double seconds) {}

    /**
     * What was stored last.
     *
     * @param object its key in the repository
     * @param lastCommitAt commit time of the newest transaction that is stored, by the server's clock
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ClusterWalStored")
    public record Stored(String object, Instant lastCommitAt) {}

    /**
     * What the server keeps for the stream.
     *
     * @param level {@code ok}, {@code warning}, {@code critical} or {@code dropped}
     * @param limit what it may keep; absent when nothing limits it
     * @param limitedBy {@code declaration}, {@code max_slot_wal_keep_size} or {@code free-space}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ClusterWalRetained")
    public record Retained(Instant at, long bytes, String level, Long limit, String limitedBy) {}

    static StreamView of(ClusterSpec spec, Optional<ClusterStream> stream) {
        String mode = spec.wal() == null ? "none" : spec.wal().mode();
        if (stream.isEmpty()) {
            return new StreamView(
                    spec.name(), mode, null, null, null, null, null, null, null, null, null, null, null, null, null);
        }
        ClusterStream now = stream.get();
        return new StreamView(
                spec.name(),
                mode,
                now.state().word(),
                now.changedAt(),
                now.durability(),
                spec.wal() == null ? null : spec.wal().maxLag(),
                now.repository(),
                now.slot(),
                now.place().map(StreamView::positions).orElse(null),
                now.place().map(StreamView::lag).orElse(null),
                now.lastObject()
                        .map(object -> new Stored(object, now.lastCommitAt().orElse(null)))
                        .orElse(null),
                now.retained().map(kept -> retained(kept, now.guardLevel())).orElse(null),
                now.spoolBytes(),
                now.failure().orElse(null),
                now.retryAt().orElse(null));
    }

    private static Positions positions(Place place) {
        return new Positions(
                place.at(),
                place.timeline(),
                place.server().toString(),
                place.received().toString(),
                place.acknowledged().toString(),
                place.stored().toString());
    }

    private static Lag lag(Place place) {
        return new Lag(place.lagBytes(), place.unstoredFor().toMillis() / 1000.0);
    }

    private static Retained retained(ClusterStream.Retained kept, SlotGuard.Level level) {
        return new Retained(
                kept.at(),
                kept.bytes(),
                level.word(),
                kept.limit().map(SlotGuard.Limit::bytes).orElse(null),
                kept.limit().map(SlotGuard.Limit::by).orElse(null));
    }
}
