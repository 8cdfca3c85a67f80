package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.process.SandboxLauncher;
import dev.lifeboat.platform.process.SandboxRecord;
import dev.lifeboat.platform.process.SandboxSpec;
import dev.lifeboat.platform.process.SandboxSpec.StopSignal;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The PostgreSQL server of a sandbox, as a process that lives as long as its lease. */
public final class SandboxServer {
    /** How long it lives when nobody renews its lease: its owner renews it far more often. */
    public static final Duration LEASE = Duration.ofSeconds(90);

    /** Of {@code postmaster.pid}. */
    private static final int STATUS_LINE = 7;

    private static final Duration POLL = Duration.ofMillis(20);
    /** Fast shutdown: sessions are ended, a checkpoint is written. */
    private static final StopSignal FAST = new StopSignal("INT", Duration.ofMinutes(2));

    private final SandboxName name;
    private final SandboxFolder folder;
    private final Folders folders;
    private final SandboxLauncher launcher;

    SandboxServer(SandboxName name, SandboxFolder folder, Folders folders, SandboxLauncher launcher) {
        this.name = name;
        this.folder = folder;
        this.folders = folders;
        this.launcher = launcher;
    }

    void start(List<String> command, Instant leaseUntil) throws InterruptedException {
        folders.writeForServer(folder.commandFile(), String.join("\0", command));
        launch(name.toString(), command, leaseUntil);
    }

    /** Starts it again as it was, on the same port, after a {@link #stop}. */
    public void startAgain(Instant leaseUntil) throws InterruptedException {
        // The first one's launcher still watches over the folder, for as long.
        launcher.renew(name.toString(), leaseUntil);
        launch(name.held(), command(), leaseUntil);
    }

    /** Whether it runs. */
    public boolean isUp() {
        return running().isPresent();
    }

    /** Lengthens its life. */
    public void renew(Instant until) {
        launcher.renew(name.toString(), until);
        launcher.renew(name.held(), until);
    }

    /**
     * Waits until it accepts connections.
     *
     * @throws DoesNotRestore if it ends instead
     * @throws NotCarriedOut if it ends because of the host
     */
    public void awaitReady(Runnable stop) throws InterruptedException {
        while (!acceptsConnections()) {
            stop.run();
            if (!isUp()) {
                throw doesNotStart();
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /**
     * Whether it accepts connections: for one that replays WAL, whether it is consistent. {@code postmaster.pid} says
     * "ready" then in both cases; "standby" is only for a server without hot standby.
     */
    public boolean acceptsConnections() {
        try {
            List<String> lines = Files.readAllLines(folder.data().resolve("postmaster.pid"), StandardCharsets.UTF_8);
            return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException notYetThere) {
            return false;
        }
    }

    /** It ended when it should have come up: what its log says about whose fault that is. */
    public RuntimeException doesNotStart() {
        List<String> errors = errors();
        String found = errors.isEmpty() ? "it ended without a message" : String.join(" | ", errors);
        Failure failure = new Failure(
                "sandbox.server-does-not-start",
                "The restored server does not start.",
                "a server that accepts connections",
                found,
                "Read what the server said; the backup may be incomplete or damaged.");
        return ServerLog.isHostAtFault(found) ? NotCarriedOut.forNow(failure, null) : new DoesNotRestore(failure);
    }

    /** The last errors of its own processes. */
    public List<String> errors() {
        return ServerLog.errors(folder.log(), 3);
    }

    /** Stops it cleanly and keeps its files; false if it did not stop in time. */
    public boolean stop() throws InterruptedException {
        Optional<SandboxRecord> running = running();
        return running.isEmpty() || launcher.stop(running.get().name(), FAST);
    }

    /** The one that was started again to be held, else the first. */
    private Optional<SandboxRecord> running() {
        return launcher.find(name.held())
                .or(() -> launcher.find(name.toString()))
                .filter(SandboxRecord::isServerAlive);
    }

    private void launch(String as, List<String> command, Instant leaseUntil) throws InterruptedException {
        launcher.start(new SandboxSpec(
                as,
                folder.root(),
                ProcessSpec.of(command).runAs(folders.user()).environment("LC_ALL", "C"),
                folder.log(),
                leaseUntil,
                SandboxSpec.POSTGRES));
    }

    private List<String> command() {
        try {
            return List.of(Files.readString(folder.commandFile()).split("\0", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
