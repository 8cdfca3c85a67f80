package dev.lifeboat.system.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Looks at {@code /proc/<pid>/cmdline} of every process, as any user of the machine could, for as long as tests run; and
 * notes the one-time passwords of sandboxes, which are gone with them.
 */
public final class CommandLines implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");
    private static final long PAUSE_NANOS = Duration.ofMillis(40).toNanos();

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private final Set<String> passwords = ConcurrentHashMap.newKeySet();
    private final Path sandboxes;

    private CommandLines(Path sandboxes) {
        this.sandboxes = sandboxes;
    }

    static CommandLines watch(Path sandboxes) {
        CommandLines lines = new CommandLines(sandboxes);
        Thread.ofPlatform().daemon().name("command-lines").start(lines::look);
        return lines;
    }

    /** All different ones so far, arguments separated by spaces. */
    public Set<String> seen() {
        return Set.copyOf(seen);
    }

    /** Passwords of the sandboxes that there were. */
    Set<String> passwords() {
        return Set.copyOf(passwords);
    }

    private void notePasswords() {
        try (Stream<Path> folders = Files.list(sandboxes)) {
            folders.forEach(folder -> {
                try {
                    passwords.add(Files.readString(folder.resolve("password")));
                } catch (IOException goneOrNotYet) {
                    // Seen a moment later, or before.
                }
            });
        } catch (IOException noSandboxYet) {
            // There will be.
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void look() {
        while (!closed) {
            now().forEach(seen::add);
            notePasswords();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Those of this moment. */
    public static Set<String> now() {
        Set<String> lines = ConcurrentHashMap.newKeySet();
        try (Stream<Path> processes = Files.list(PROC)) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .forEach(process -> {
                        String line = of(process);
                        if (!line.isBlank()) {
                            lines.add(line);
                        }
                    });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return lines;
    }

    /** Id, command line and working directory of a process, as far as they may be read. */
    static String describe(Path process) {
        String directory;
        try {
            directory = Files.readSymbolicLink(process.resolve("cwd")).toString();
        } catch (IOException gone) {
            directory = "";
        }
        return "process " + process.getFileName() + ": " + of(process) + "in " + directory;
    }

    private static String of(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }
}
