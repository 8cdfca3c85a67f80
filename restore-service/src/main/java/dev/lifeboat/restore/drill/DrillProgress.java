package dev.lifeboat.restore.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.restore.recovery.PhaseName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a drill is in its phase.
 *
 * @param percent of {@code bytesTotal}, where that is known
 * @param timeLeft of the phase, at this rate; a replay ends earlier where its target does
 * @param lsn up to which WAL is replayed, while it is
 * @param lsnWanted where the replay ends at the latest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DrillProgress(
        String phase,
        long bytesDone,
        Long bytesTotal,
        Double percent,
        long bytesPerSecond,
        Duration timeLeft,
        String lsn,
        String lsnWanted,
        Instant at) {

    /**
     * From what its operation said last; empty before it said anything.
     *
     * @param plan null before there is one
     */
    static Optional<DrillProgress> of(Operations.View operation, RecoveryPlan plan) {
        var said = operation.progress();
        if (said == null) {
            return Optional.empty();
        }
        boolean known = said.bytesTotal() > 0;
        long rate = operation.bytesPerSecond();
        Optional<Aim> aim = Optional.ofNullable(plan).map(RecoveryPlan::aim).filter(there -> said.phase()
                .equals(PhaseName.REPLAYING.text()));
        return Optional.of(new DrillProgress(
                said.phase(),
                said.bytesDone(),
                known ? said.bytesTotal() : null,
                known ? Math.min(100.0, Math.round(1000.0 * said.bytesDone() / said.bytesTotal()) / 10.0) : null,
                rate,
                known && rate > 0 ? Duration.ofSeconds(Math.max(0, said.bytesTotal() - said.bytesDone()) / rate) : null,
                aim.map(there -> Lsn.parse(there.startLsn())
                                .plus(said.bytesDone())
                                .toString())
                        .orElse(null),
                aim.map(Aim::endLsn).orElse(null),
                operation.progressAt()));
    }
}
