package dev.lifeboat.platform.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process for all time since boot: a pid is used again, a pid together with the clock tick at which it began is not
 * (proc(5), field 22 of {@code /proc/<pid>/stat}).
 *
 * @param pid process id in our namespace
 * @param startTicks start, in clock ticks since boot
 */
public record ProcessIdentity(long pid, long startTicks) {

    /** The process that has this pid now; empty when there is none. */
    public static Optional<ProcessIdentity> of(long pid) {
        return Stat.of(pid).map(stat -> new ProcessIdentity(pid, stat.startTicks()));
    }

    /** This very JVM. */
    public static ProcessIdentity current() {
        return of(ProcessHandle.current().pid())
                .orElseThrow(() -> new IllegalStateException("/proc does not show this process: Linux is needed"));
    }

    /** Whether that very process still runs. One that has ended and was not collected yet does not. */
    public boolean isAlive() {
        return Stat.of(pid)
                .filter(stat -> stat.startTicks() == startTicks && !stat.isDead())
                .isPresent();
    }

    /** What {@code /proc/<pid>/stat} says, as far as we need it. */
    record Stat(long pid, char state, long parent, long group, long session, long startTicks) {

        static Optional<Stat> of(long pid) {
            try {
                return parse(
                        pid,
                        Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        /** The name in field 2 may hold spaces, parentheses and line ends: what counts comes after its last one. */
        static Optional<Stat> parse(long pid, String line) {
            String[] fields = line.substring(line.lastIndexOf(')') + 1).trim().split("\\s+", -1);
            if (fields.length < 20) {
                return Optional.empty();
            }
            return Optional.of(new Stat(
                    pid,
                    fields[0].charAt(0),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[19])));
        }

        boolean isDead() {
            return state == 'Z' || state == 'X';
        }
    }
}
