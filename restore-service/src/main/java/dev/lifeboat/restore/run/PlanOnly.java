package dev.lifeboat.restore.run;

import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.restore.recovery.Wanted;
import jakarta.enterprise.context.ApplicationScoped;

/** Plans and stops there. */
@ApplicationScoped
public class PlanOnly {
    private final Preparation preparation;
    private final TargetPlanning targets;

    PlanOnly(Preparation preparation, TargetPlanning targets) {
        this.preparation = preparation;
        this.targets = targets;
    }

    /** The plan of a recovery that nobody runs. */
    public RecoveryPlan plan(Wanted wanted) throws InterruptedException {
        BackupUsed newest =
                preparation.choose(wanted).orElseThrow(() -> NotCarriedOut.forGood(BackupChoice.none(wanted)));
        try (Prepared prepared = preparation.prepare(wanted, targets.aim(wanted, newest))) {
            return prepared.plan();
        }
    }
}
