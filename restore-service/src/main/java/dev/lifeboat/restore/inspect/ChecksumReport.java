package dev.lifeboat.restore.inspect;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code pg_checksums --check} came to.
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-pgchecksums.html">pg_checksums</a>
 */
public record ChecksumReport(long blocksScanned, long failures) {
    private static final Pattern SCANNED = Pattern.compile("^Blocks scanned: +(\\d+)$", Pattern.MULTILINE);
    private static final Pattern BAD = Pattern.compile("^Bad checksums: +(\\d+)$", Pattern.MULTILINE);

    /**
     * Reads its output; null if it does not say what it must.
     *
     * @param exit 0 when all was well, 1 when a checksum was bad or it could not be run
     */
    public static ChecksumReport parse(int exit, String output) {
        OptionalLong scanned = number(SCANNED, output);
        OptionalLong bad = number(BAD, output);
        boolean consistent = scanned.isPresent() && bad.isPresent() && (exit == 0) == (bad.getAsLong() == 0);
        return consistent ? new ChecksumReport(scanned.getAsLong(), bad.getAsLong()) : null;
    }

    private static OptionalLong number(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
