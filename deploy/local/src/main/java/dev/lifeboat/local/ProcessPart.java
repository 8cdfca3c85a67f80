package dev.lifeboat.local;

import dev.lifeboat.local.process.PartProcess;
import dev.lifeboat.local.process.ProcessIdentity;
import dev.lifeboat.local.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A part that is one process, recorded in its folder. How it starts, and when it answers, is for each to say. */
public abstract class ProcessPart implements Part {
    private static final Duration KILLED = Duration.ofSeconds(20);

    /** The process, to be started by {@link #start}. */
    protected final PartProcess process;

    private final String name;
    private final Signal inOrder;
    private final Duration patience;

    /**
     * A part that may run already.
     *
     * @param inOrder signal at which it ends in order
     * @param patience how long that may take; then it is killed
     */
    protected ProcessPart(String name, Path folder, Signal inOrder, Duration patience) {
        this.name = name;
        this.process = new PartProcess(name, folder);
        this.inOrder = inOrder;
        this.patience = patience;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Optional<ProcessIdentity> process() {
        return process.running();
    }

    @Override
    public final Path log() {
        return process.log();
    }

    @Override
    public final void stop() {
        process.stop(inOrder, patience);
    }

    @Override
    public void kill() {
        process.stop(Signal.KILL, KILLED);
    }

    @Override
    public final void pause() {
        process.signal(Signal.STOP);
    }

    @Override
    public final void resume() {
        process.signal(Signal.CONT);
    }
}
