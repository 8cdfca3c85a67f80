package dev.lifeboat.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory of processes, from {@code /proc}. */
final class MemoryOf {
    private static final double KILOBYTES_PER_MEGABYTE = 1024;

    private MemoryOf() {}

    /** Resident memory of one process, in MiB; 0 when it is gone. */
    static double resident(long pid) {
        return megabytes(Path.of("/proc/" + pid + "/status"), "VmRSS:");
    }

    /** The most that was resident since {@link #forgetPeak}, in MiB. */
    static double peak(long pid) {
        return megabytes(Path.of("/proc/" + pid + "/status"), "VmHWM:");
    }

    /** Begins a new peak, see proc(5), {@code clear_refs}. */
    static void forgetPeak(long pid) throws IOException {
        Files.writeString(Path.of("/proc/" + pid + "/clear_refs"), "5");
    }

    /** Of a process and its descendants; a page that several share is counted in parts, as {@code Pss} of proc(5). */
    static double tree(long pid, String key) {
        return ProcessHandle.of(pid)
                .map(process -> Stream.concat(Stream.of(process), process.descendants())
                        .mapToDouble(each -> megabytes(Path.of("/proc/" + each.pid() + "/smaps_rollup"), key))
                        .sum())
                .orElse(0.0);
    }

    private static double megabytes(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    / KILOBYTES_PER_MEGABYTE;
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }
}
