package dev.lifeboat.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at {@code /proc/<pid>/cmdline} of every process, as any user of the machine could, for as long as tests run; and
 * notes the one-time passwords of sandboxes, which are gone with them.
 */
public final class CommandLines implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");
    private static final long PAUSE_NANOS = Duration.ofMillis(40).toNanos();

    /** Who is new is read so often; who has been there for two seconds has become what it is, and is read each second. */
    private static final int NEW = 50;

    private static final int EACH_SECOND = 25;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Map<Path, Integer> read = new HashMap<>();
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
        for (int round = 0; !closed; round++) {
            boolean all = round % EACH_SECOND == 0;
            List<Path> processes = processes();
            read.keySet().retainAll(Set.copyOf(processes));
            for (Path process : processes) {
                if (all || read.getOrDefault(process, 0) < NEW) {
                    read.merge(process, 1, Integer::sum);
                    String line = of(process);
                    if (!line.isBlank()) {
                        seen.add(line);
                    }
                }
            }
            notePasswords();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static List<Path> processes() {
        try (Stream<Path> all = Files.list(PROC)) {
            return all.filter(process ->
                            Character.isDigit(process.getFileName().toString().charAt(0)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of this moment. */
    public static Set<String> now() {
        return processes().stream()
                .map(CommandLines::of)
                .filter(line -> !line.isBlank())
                .collect(Collectors.toUnmodifiableSet());
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
