package dev.lifeboat.local;

import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One server of the local stack: a process of its own with a folder of its own. All that it needs to know about a running
 * process lies in that folder, so an instance made later, in another JVM too, finds and stops the same process.
 */
public interface Part {
    /** Name within its stack, such as {@code kafka}. */
    String name();

    /**
     * Starts the server if it is not running, and returns when it answers. Its data survives {@link #stop()} and
     * {@link #kill()}.
     *
     * @throws LocalStackException if its port is taken, a tool is missing, or it does not become ready
     */
    void start(Lifetime lifetime);

    /** The server's process, if it runs. */
    Optional<ProcessIdentity> process();

    /** Ends the server in order; returns when it is gone. Does nothing when it does not run. */
    void stop();

    /** Ends the server at once (SIGKILL); returns when it is gone. Does nothing when it does not run. */
    void kill();

    /** Freezes the server (SIGSTOP): it keeps its connections and answers nobody. */
    void pause();

    /** Lets a frozen server go on (SIGCONT). */
    void resume();

    /** What the server and its launcher wrote. */
    Path log();
}
