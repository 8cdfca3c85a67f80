package dev.lifeboat.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which process, for certain: a process id alone is given out again, but not with the same start time within one boot.
 * Source: proc_pid_stat(5), fields {@code pid}, {@code state}, {@code num_threads}, {@code starttime}.
 *
 * @param pid process id
 * @param startTicks when it started, in clock ticks since boot
 * @param bootId which boot that was, from {@code /proc/sys/kernel/random/boot_id}
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int STATE = 0;
    private static final int THREADS = 17;
    private static final int START_TIME = 19;

    /**
     * The process that has this id now; empty if there is none, or only its zombie. One that was killed shows as a zombie
     * while its threads are still ending, and holds its ports until the last of them is gone: it counts as there.
     */
    public static Optional<ProcessIdentity> of(long pid) {
        return stat(pid)
                .filter(fields -> !fields.get(STATE).equals("X"))
                .filter(fields -> !fields.get(STATE).equals("Z") || Integer.parseInt(fields.get(THREADS)) > 1)
                .map(fields -> new ProcessIdentity(pid, Long.parseLong(fields.get(START_TIME)), currentBoot()));
    }

    /** This JVM. */
    public static ProcessIdentity ofThisJvm() {
        return of(ProcessHandle.current().pid()).orElseThrow();
    }

    /**
     * Reads {@code "<pid> <startTicks> <bootId>"}, as {@link #toString()} and the launcher write it.
     *
     * @return empty if the text is anything else: half-written counts as not written
     */
    public static Optional<ProcessIdentity> parse(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        if (parts.length != 3 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]));
    }

    /** Whether this very process still runs: not another one with its id, nor one of an earlier boot. */
    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    @Override
    public String toString() {
        return pid + " " + startTicks + " " + bootId;
    }

    /** Whether any process that we may look at has this as its working directory. */
    public static boolean anyWorkingIn(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            Path real = directory.toRealPath();
            for (Path process : processes) {
                try {
                    if (Files.readSymbolicLink(process.resolve("cwd")).equals(real)) {
                        return true;
                    }
                } catch (IOException e) {
                    // Gone by now, or not ours to look at.
                }
            }
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The fields of {@code /proc/<pid>/stat} after the command's name, which may itself hold spaces and parentheses. */
    private static Optional<List<String>> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return Optional.of(
                    List.of(line.substring(line.lastIndexOf(')') + 2).strip().split(" ", -1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static String currentBoot() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
