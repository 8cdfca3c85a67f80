package dev.lifeboat.restore.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DrillProgressTest {
    private static final Instant AT = Instant.parse("2026-11-21T05:00:00Z");

    @Test
    void aReplaySaysWhereItIsWhereItGoesAndHowLongStill() {
        DrillProgress shown = DrillProgress.of(said(new Progress("replaying", 0x1000000, 0x4000000), 0x800000), PLAN)
                .orElseThrow();

        assertThat(shown.lsn()).isEqualTo("0/3000028");
        assertThat(shown.lsnWanted()).isEqualTo("0/6000028");
        assertThat(shown.timeLeft()).isEqualTo(Duration.ofSeconds(6));
        assertThat(shown.percent()).isEqualTo(25.0);
        assertThat(shown.bytesTotal()).isEqualTo(0x4000000);
    }

    @Test
    void otherPhasesHaveNoPlaceInTheWal() {
        DrillProgress shown = DrillProgress.of(said(new Progress("restoring", 10, 0), 5), PLAN)
                .orElseThrow();

        assertThat(shown.lsn()).isNull();
        assertThat(shown.lsnWanted()).isNull();
        assertThat(shown.timeLeft()).isNull();
        assertThat(shown.percent()).isNull();
    }

    @Test
    void aStandingOneDoesNotSayHowLong() {
        assertThat(DrillProgress.of(said(new Progress("replaying", 1, 2), 0), null)
                        .orElseThrow()
                        .timeLeft())
                .isNull();
        assertThat(DrillProgress.of(said(null, 0), PLAN)).isEmpty();
    }

    private static final RecoveryPlan PLAN = new RecoveryPlan(
            AT,
            "shop",
            "pgbackrest",
            UUID.randomUUID(),
            "east",
            List.of(),
            1,
            1,
            null,
            0,
            List.of(),
            new Aim(Target.latest(), AT, AT, "0/2000100", "0/2000028", "0/6000028"));

    private static Operations.View said(Progress progress, long rate) {
        return new Operations.View(
                UUID.randomUUID(), "recovery", "shop", "running", "me", 1, 1, false, progress, AT, rate);
    }
}
