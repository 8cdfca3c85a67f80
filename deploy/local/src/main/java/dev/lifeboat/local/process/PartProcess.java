package dev.lifeboat.local.process;

import dev.lifeboat.local.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The process of one part: its record {@code <name>.pid} and its log {@code <name>.log} lie in a folder, and whoever opens
 * the same folder sees the same process.
 */
public final class PartProcess {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final long LOG_LIMIT_BYTES = 16L << 20;

    /** Holds the pipes of {@link Lifetime#OF_THIS_JVM}: one that is collected would be closed, and end its server. */
    private static final Set<Process> LIFELINES = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Path record;
    private final Path log;

    public PartProcess(String name, Path folder) {
        this.name = name;
        this.record = folder.resolve(name + ".pid");
        this.log = folder.resolve(name + ".log");
    }

    /** The process, if it runs. */
    public Optional<ProcessIdentity> running() {
        return recorded().filter(ProcessIdentity::alive);
    }

    /** What was last started here, running or not. */
    public Optional<ProcessIdentity> recorded() {
        try {
            return ProcessIdentity.parse(Files.readString(record));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** What the process writes. */
    public Path log() {
        return log;
    }

    /**
     * Starts a process in a session of its own, its output appended to the log. Returns at once.
     *
     * @param atTheEnd what the lifeline sends first when this JVM is gone; it kills five seconds later
     */
    public void start(List<String> command, Map<String, String> environment, Lifetime lifetime, Signal atTheEnd) {
        try {
            Files.createDirectories(log.getParent());
            Files.deleteIfExists(record);
            turnOverLog();
            List<String> line =
                    switch (lifetime) {
                        case UNTIL_STOPPED -> Launch.detached(record, command);
                        case OF_THIS_JVM -> Launch.withLifeline(record, atTheEnd, command);
                    };
            ProcessBuilder builder = new ProcessBuilder(line)
                    .directory(log.getParent().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            if (lifetime == Lifetime.UNTIL_STOPPED) {
                builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
            }
            Process process = builder.start();
            if (lifetime == Lifetime.OF_THIS_JVM) {
                LIFELINES.removeIf(ended -> !ended.isAlive());
                LIFELINES.add(process);
            }
            awaitRecord(process);
        } catch (IOException e) {
            throw new LocalStackException(
                    "part-not-started",
                    name + " to start",
                    String.valueOf(e.getMessage()),
                    "look at " + log + " and at the folder's permissions",
                    e);
        }
    }

    /**
     * Waits until the process answers.
     *
     * @throws LocalStackException with the end of its log, if it dies or the time is over
     */
    public void awaitReady(String promise, Duration limit, BooleanSupplier ready) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (running().isEmpty()) {
                throw new LocalStackException(
                        "part-died", promise, name + " ended. Its log ends:\n" + logTail(12), "read " + log);
            }
            if (System.nanoTime() > deadline) {
                throw new LocalStackException(
                        "part-not-ready",
                        promise + " within " + limit.toSeconds() + " s",
                        "not yet. The log ends:\n" + logTail(12),
                        "read " + log);
            }
            pause(POLL);
        }
    }

    /** Sends a signal, if the process runs. */
    public void signal(Signal signal) {
        running().ifPresent(process -> send(signal, process.pid()));
    }

    /**
     * Ends the process: the first signal, then SIGKILL for it and its group when the time is over. Returns when it is gone.
     *
     * @return whether it ended without being killed
     */
    public boolean stop(Signal signal, Duration patience) {
        Optional<ProcessIdentity> process = running();
        if (process.isEmpty()) {
            return true;
        }
        send(signal, process.get().pid());
        if (signal != Signal.KILL) {
            // A frozen process takes the signal only when it goes on.
            send(Signal.CONT, process.get().pid());
        }
        if (gone(process.get(), patience)) {
            return signal != Signal.KILL;
        }
        send(Signal.KILL, -process.get().pid());
        if (!gone(process.get(), Duration.ofSeconds(20))) {
            throw new LocalStackException(
                    "part-not-stopped",
                    name + " (pid " + process.get().pid() + ") to end after SIGKILL",
                    "it is still there",
                    "it hangs in the kernel, most likely on a disk: look at dmesg");
        }
        return false;
    }

    /** The last lines of the log, or why there are none. */
    public String logTail(int lines) {
        try {
            byte[] bytes = Files.readAllBytes(log);
            int from = Math.max(0, bytes.length - 16_384);
            List<String> all = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log at " + log + ")";
        }
    }

    private void awaitRecord(Process process) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (recorded().isEmpty()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                if (recorded().isPresent()) {
                    return;
                }
                throw new LocalStackException(
                        "part-not-started",
                        name + " to write " + record,
                        "it did not. Its log ends:\n" + logTail(12),
                        "look at the folder's permissions and the free space");
            }
            pause(POLL);
        }
    }

    private boolean gone(ProcessIdentity process, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (process.alive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause(POLL);
        }
        return true;
    }

    private static void send(Signal signal, long pid) {
        try {
            // The shell's own kill: a minimal system has no kill program. A process that is gone already is no error.
            new ProcessBuilder("sh", "-c", "kill -s \"$1\" -- \"$2\" 2>/dev/null", "kill", signal.name(), "" + pid)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void turnOverLog() throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(log)) {
            Files.createFile(log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static LocalStackException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new LocalStackException("interrupted", "to finish", "an interrupt", "run the command again", e);
    }
}
