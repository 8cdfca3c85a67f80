package dev.lifeboat.restore.pointintime;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Stop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a server says that it ended its replay, read from its log: in the format of the sandboxes, in English, in UTC.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/access/transam/xlogrecovery.c">recoveryStopsBefore
 *     and recoveryStopsAfter</a>
 */
public final class RecoveryStop {
    /** Of the server's own processes: a session's line names user and database before its level. */
    private static final Pattern LINE = Pattern.compile("^\\S+ \\S+ \\S+ \\[\\d+\\] LOG:  recovery stopping (.*)$");

    private static final String MOMENT = "(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?)\\+00";
    private static final Pattern TRANSACTION =
            Pattern.compile("(before|after) (commit|abort) of transaction (\\d+), time " + MOMENT);
    private static final Pattern POSITION =
            Pattern.compile("(before|after) WAL location \\(LSN\\) \"([0-9A-F]{1,8})/([0-9A-F]{1,8})\"");
    private static final Pattern RESTORE_POINT = Pattern.compile("at restore point \"(.*)\", time " + MOMENT);

    private RecoveryStop() {}

    /** What a log says last about it; empty if it says nothing that can be read. */
    public static Optional<Stop> in(Path log) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.map(RecoveryStop::parse).flatMap(Optional::stream).reduce((earlier, later) -> later);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What one line says about it. */
    static Optional<Stop> parse(String line) {
        Matcher said = LINE.matcher(line);
        if (!said.matches()) {
            return Optional.empty();
        }
        String what = said.group(1);
        Matcher transaction = TRANSACTION.matcher(what);
        if (transaction.matches()) {
            return Optional.of(new Stop(
                    transaction.group(1),
                    transaction.group(2),
                    Long.valueOf(transaction.group(3)),
                    moment(transaction.group(4), transaction.group(5)),
                    null,
                    null));
        }
        Matcher position = POSITION.matcher(what);
        if (position.matches()) {
            Lsn lsn = Lsn.parse(position.group(2) + "/" + position.group(3));
            return Optional.of(new Stop(position.group(1), "lsn", null, null, lsn.toString(), null));
        }
        Matcher point = RESTORE_POINT.matcher(what);
        if (point.matches()) {
            String name = new String(point.group(1).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            return Optional.of(
                    new Stop("after", "restore-point", null, moment(point.group(2), point.group(3)), null, name));
        }
        return Optional.empty();
    }

    private static Instant moment(String day, String time) {
        return LocalDateTime.parse(day + "T" + time).toInstant(ZoneOffset.UTC);
    }
}
