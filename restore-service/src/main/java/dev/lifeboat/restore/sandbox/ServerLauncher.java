package dev.lifeboat.restore.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Keeps a sandbox's server running for as long as its lease is renewed, whoever crashes, and no longer: then server and
 * folder are gone.
 */
public interface ServerLauncher {

    /**
     * Starts a server in the background; its output goes to the log.
     *
     * @param name unique, made of letters, digits and dashes
     * @param folder removed with the server; already there
     * @param user operating-system user to run as
     */
    void start(String name, Path folder, String user, List<String> command, Path log, Instant leaseUntil);

    /** Lengthens (or shortens) the lease; nothing happens when there is no such server. */
    void renew(String name, Instant until);

    /** Whether the server itself runs, by pid and start time. */
    boolean isAlive(String name);

    /**
     * Stops the server cleanly (fast shutdown) and keeps its folder; for facts that need a stopped server.
     *
     * @return false if it did not stop in time
     */
    boolean stop(String name, Duration time);

    /**
     * Ends the server and removes its folder, and waits until both are gone.
     *
     * @return what is left, named; empty when all is gone
     */
    List<String> end(String name, Duration time);

    /** Names of the servers that this host knows, running or not. */
    List<String> names();
}
