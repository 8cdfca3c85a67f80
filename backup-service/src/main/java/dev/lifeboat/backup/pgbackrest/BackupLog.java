package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.operations.Progress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a running {@code pgbackrest backup} says: how far it is, and what it warns of. Each file's line carries the percent of
 * all bytes that are copied by then. For two threads: one that reads, one that asks.
 */
final class BackupLog {
    private static final Pattern FILE =
            Pattern.compile(" DETAIL: backup file .*?(\\d{1,3}(?:\\.\\d+)?)%\\)(?: checksum [0-9a-f]+)?$");
    private static final Pattern WARNING = Pattern.compile("^(?:.* )?WARN: (.*)$");
    private static final int MOST_WARNINGS = 100;

    /** Nothing is left out by these. */
    private static final List<String> HARMLESS =
            List.of("no prior backup exists", "is not set for", "cannot be resumed");

    private final long expected;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private volatile Progress progress;

    /** Of a backup that is expected to copy so many bytes; 0 when not known. */
    BackupLog(long expected) {
        this.expected = expected;
        this.progress = new Progress("starting", 0, expected);
    }

    /** A line of its log. */
    void said(String line) {
        Matcher file = FILE.matcher(line);
        if (file.find()) {
            long done = Math.round(expected * Double.parseDouble(file.group(1)) / 100);
            progress = new Progress("copying", Math.max(done, progress.bytesDone()), expected);
        } else if (line.contains("INFO: execute") && line.contains("backup start")) {
            progress = new Progress("waiting for the checkpoint", 0, expected);
        } else if (line.contains("INFO: execute") && line.contains("backup stop")) {
            progress = new Progress("waiting for WAL", expected, expected);
        } else if (line.contains("INFO: new backup label")) {
            progress = new Progress("completing", expected, expected);
        }
    }

    /** A line of its standard error. */
    void warned(String line) {
        Matcher warning = WARNING.matcher(line);
        if (warning.matches()
                && warnings.size() < MOST_WARNINGS
                && HARMLESS.stream().noneMatch(warning.group(1)::contains)) {
            warnings.add(warning.group(1));
        }
    }

    Progress progress() {
        return progress;
    }

    /** What it warned of, but for what means nothing. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }
}
