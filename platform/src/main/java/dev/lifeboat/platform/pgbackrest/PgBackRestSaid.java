package dev.lifeboat.platform.pgbackrest;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error of pgBackRest as it was said.
 *
 * @param number of the error; an exit status above 128 when a signal ended it
 * @param first the first line of the error
 * @param text all of what was said, warnings before the error included
 * @see <a href="https://github.com/pgbackrest/pgbackrest/blob/main/src/build/error/error.yaml">its list of errors</a>
 */
record PgBackRestSaid(int number, String first, String text) {
    private static final Pattern ERROR = Pattern.compile("ERROR: \\[(\\d{3})\\]: *([^\\n]*)");
    private static final Pattern NAMED = Pattern.compile("\\A\\[([A-Za-z]+Error)\\] *([^\\n]*)");
    private static final int OTHER = 125;
    private static final int FOUND = 300;

    /** Errors that {@code info} names instead of numbering them. */
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("ChecksumError", 26),
            Map.entry("FileInvalidError", 28),
            Map.entry("FormatError", 29),
            Map.entry("OptionInvalidValueError", 32),
            Map.entry("ProtocolError", 39),
            Map.entry("FileOpenError", 41),
            Map.entry("FileReadError", 42),
            Map.entry("HostConnectError", 49),
            Map.entry("FileMissingError", 55),
            Map.entry("CryptoError", 95),
            Map.entry("ServiceError", 101),
            Map.entry("AccessError", 105));

    /** Of a command that ended; several errors end with a summary, the first of them is the cause. */
    static PgBackRestSaid of(int exit, String stderr) {
        Matcher matcher = ERROR.matcher(stderr);
        if (matcher.find()) {
            return new PgBackRestSaid(Integer.parseInt(matcher.group(1)), matcher.group(2), stderr);
        }
        return new PgBackRestSaid(exit, stderr.strip().lines().findFirst().orElse(""), stderr);
    }

    /** Of {@code info}, which ends well and says in its answer that it could not look into the repository. */
    static PgBackRestSaid inInfo(String message) {
        Matcher matcher = NAMED.matcher(message);
        return matcher.find()
                ? new PgBackRestSaid(NUMBERS.getOrDefault(matcher.group(1), OTHER), matcher.group(2), message)
                : new PgBackRestSaid(OTHER, message.lines().findFirst().orElse(""), message);
    }

    boolean says(String part) {
        return text.contains(part);
    }

    boolean saysOneOf(String... parts) {
        for (String part : parts) {
            if (text.contains(part)) {
                return true;
            }
        }
        return false;
    }

    /** The line of a warning or error that has the part in it, for showing; the first line where there is none. */
    String lineWith(String... parts) {
        for (String line : text.split("\n", -1)) {
            for (String part : parts) {
                if (line.contains(part)) {
                    return bounded(line.strip());
                }
            }
        }
        return found();
    }

    /** For showing: number and first line, bounded. */
    String found() {
        return bounded(String.format("[%03d] %s", number, first).strip());
    }

    private static String bounded(String line) {
        return line.length() > FOUND ? line.substring(0, FOUND) + "…" : line;
    }
}
