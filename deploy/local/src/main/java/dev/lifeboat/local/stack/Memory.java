package dev.lifeboat.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Memory of a process and its children. Shared pages are counted once: the proportional set size of proc(5), {@code
 * smaps_rollup}, where it may be read, else the resident one.
 */
final class Memory {
    private Memory() {}

    /** Bytes; 0 for a process that is gone. */
    static long of(long pid) {
        return ProcessHandle.of(pid)
                .map(process -> Stream.concat(Stream.of(process), process.descendants())
                        .mapToLong(each -> alone(each.pid()))
                        .sum())
                .orElse(0L);
    }

    private static long alone(long pid) {
        long proportional = kilobytes(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:");
        return 1024 * (proportional > 0 ? proportional : kilobytes(Path.of("/proc/" + pid + "/status"), "VmRSS:"));
    }

    private static long kilobytes(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException gone) {
            return 0;
        }
    }
}
