package dev.lifeboat.restore.run;

import dev.lifeboat.restore.recovery.PhaseName;
import dev.lifeboat.restore.recovery.RecoveryState;

/** The course of one attempt, as the steps of a recovery see it. */
public interface Course {

    /** Moves on and begins a phase, in one commit. */
    void move(RecoveryState to, PhaseName phase);

    /** Begins a phase within the state. */
    void enter(PhaseName phase);

    /**
     * A place to stop; also renews the sandbox's lease. Cheap, to be called often.
     *
     * @throws RuntimeException if it shall stop: let it pass
     */
    void check();

    /** Says how far the phase is, in bytes; {@code total} 0 when not known. */
    void progress(long done, long total);

    /** The attempt, from 1. */
    int attempt();
}
