package dev.lifeboat.restore.run;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.Reaper;
import dev.lifeboat.platform.process.SandboxLauncher;
import dev.lifeboat.restore.recovery.Recoveries;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.sandbox.SandboxName;
import dev.lifeboat.restore.sandbox.Sandboxes;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Clears up, before any recovery goes on, after instances of this host that were killed: tools and launchers without an
 * owner, and sandboxes that no recovery wants any more. What a recovery still wants is left to the recovery.
 */
@ApplicationScoped
public class Reaping {
    private static final Logger LOG = Logger.getLogger(Reaping.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int BEFORE_OPERATIONS = 5_000;

    private final ProcessRunner runner;
    private final SandboxLauncher launcher;
    private final Sandboxes sandboxes;
    private final Database database;
    private final Recoveries recoveries;

    Reaping(
            ProcessRunner runner,
            SandboxLauncher launcher,
            Sandboxes sandboxes,
            Database database,
            Recoveries recoveries) {
        this.runner = runner;
        this.launcher = launcher;
        this.sandboxes = sandboxes;
        this.database = database;
        this.recoveries = recoveries;
    }

    void reap(@Observes @Priority(BEFORE_OPERATIONS) StartupEvent event) {
        try {
            Reaper.Report report = new Reaper(runner, launcher, GRACE).reap();
            if (!report.tools().isEmpty() || !report.adopted().isEmpty()) {
                LOG.infof("ended %s, watches over %s again", report.tools(), report.adopted());
            }
            for (SandboxName name : sandboxes.names()) {
                if (!isWanted(name)) {
                    List<String> left = sandboxes.end(name);
                    LOG.infof("ended sandbox %s, which nobody wants any more; left: %s", name, left);
                }
            }
            List<String> left = sandboxes.removeStraySockets();
            if (!left.isEmpty()) {
                LOG.warnf("could not remove %s", left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWanted(SandboxName name) {
        Optional<Recovery> recovery = database.inTransaction(tx -> recoveries.find(tx, name.recoveryId()));
        return recovery.isPresent() && isWanted(recovery.get().state(), name.attempt());
    }

    /** A sandbox is wanted by its own attempt until that has ended. */
    static boolean isWanted(RecoveryState state, int attempt) {
        return !(state instanceof RecoveryState.Ended) && state.attempt() == attempt;
    }
}
