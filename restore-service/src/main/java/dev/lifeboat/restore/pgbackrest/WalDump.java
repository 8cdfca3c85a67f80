package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.platform.postgres.Lsn;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code pg_waldump} shows of one segment, its moments in UTC.
 *
 * @param lastRecord where the last record begins
 * @param lastEndAt the newest end of a transaction; not the last one, because moments are not in order in the WAL
 * @see <a href="https://www.postgresql.org/docs/current/pgwaldump.html">pg_waldump</a>
 */
record WalDump(Optional<Lsn> lastRecord, Optional<Instant> lastEndAt) {
    private static final Pattern RECORD =
            Pattern.compile("rmgr: (\\S+) .*? lsn: ([0-9A-F]{1,8}/[0-9A-F]{1,8}), prev \\S+, desc: (.*)");
    private static final Pattern END = Pattern.compile("(?:COMMIT|ABORT)(?:_PREPARED \\d+:)? "
            + "(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?) UTC.*");

    /** Reads its output, line by line: it may be long. */
    static WalDump read(BufferedReader output) throws IOException {
        Optional<Lsn> last = Optional.empty();
        Optional<Instant> newest = Optional.empty();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher record = RECORD.matcher(line);
            if (record.matches()) {
                last = Optional.of(Lsn.parse(record.group(2)));
                Optional<Instant> at = record.group(1).equals("Transaction") ? end(record.group(3)) : Optional.empty();
                if (at.isPresent() && (newest.isEmpty() || at.get().isAfter(newest.get()))) {
                    newest = at;
                }
            }
        }
        return new WalDump(last, newest);
    }

    private static Optional<Instant> end(String description) {
        Matcher end = END.matcher(description);
        return end.matches()
                ? Optional.of(
                        LocalDateTime.parse(end.group(1) + "T" + end.group(2)).toInstant(ZoneOffset.UTC))
                : Optional.empty();
    }
}
