package dev.lifeboat.restore.run;

import dev.lifeboat.restore.recovery.PhaseName;

/** The course of one attempt, as the steps of a recovery see it. */
public interface Course {

    /** There is something to restore into: the backup's bytes come in now. */
    void restoring();

    /** The files are there: WAL is replayed now. */
    void replaying();

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
}
