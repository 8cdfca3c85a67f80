package dev.lifeboat.platform.pgbackrest;

import dev.lifeboat.schemas.Failure;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of pgBackRest, and which servers it knows. It reads the server's control file, so an older version than the
 * server's major needs cannot work at all.
 *
 * @see <a href="https://pgbackrest.org/release.html">pgBackRest releases</a>
 */
public record PgBackRestVersion(int major, int minor) implements Comparable<PgBackRestVersion> {
    private static final Pattern SAID = Pattern.compile("pgBackRest (\\d{1,4})\\.(\\d{1,4})\\S*");
    private static final int NEWEST_KNOWN = 18;
    private static final int OLDEST_KNOWN = 13;

    /** From which version on a major version of PostgreSQL is known. */
    private static final Map<Integer, PgBackRestVersion> FIRST = Map.of(
            13, new PgBackRestVersion(2, 30),
            14, new PgBackRestVersion(2, 35),
            15, new PgBackRestVersion(2, 41),
            16, new PgBackRestVersion(2, 48),
            17, new PgBackRestVersion(2, 54),
            18, new PgBackRestVersion(2, 57));

    /** Annotations on backups, by which a set is told to be ours: since 2.41. */
    static final PgBackRestVersion ANNOTATIONS = new PgBackRestVersion(2, 41);

    /**
     * Reads what {@code pgbackrest version} prints.
     *
     * @throws PgBackRestException {@code pgbackrest.version-unknown}
     */
    public static PgBackRestVersion parse(String printed) {
        Matcher matcher = SAID.matcher(printed.strip());
        if (!matcher.matches()) {
            throw new PgBackRestException(
                    "Asking pgBackRest for its version",
                    PgBackRestFault.fatal(
                            "pgbackrest.version-unknown",
                            "pgBackRest did not say its version.",
                            "pgBackRest 2.45, or the like",
                            printed.strip(),
                            "Look at what lifeboat.pgbackrest.program points to."));
        }
        return new PgBackRestVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** The first version that knows a server, in words; of a server that is newer than this table, no number. */
    public static String firstFor(int serverMajor) {
        if (serverMajor > NEWEST_KNOWN) {
            return "a version that knows PostgreSQL " + serverMajor;
        }
        return "pgBackRest " + FIRST.getOrDefault(serverMajor, ANNOTATIONS) + " or newer";
    }

    /** Whether this version can work with a server of that major version. */
    public boolean knows(int serverMajor) {
        return serverMajor >= OLDEST_KNOWN && serverMajor <= NEWEST_KNOWN && compareTo(FIRST.get(serverMajor)) >= 0;
    }

    /**
     * Refuses a pair that cannot work.
     *
     * @throws PgBackRestException {@code pgbackrest.version-unsupported}
     */
    public void requireKnows(int serverMajor) {
        if (compareTo(ANNOTATIONS) < 0 || !knows(serverMajor)) {
            throw new PgBackRestException(
                    "Comparing the versions of pgBackRest and PostgreSQL",
                    PgBackRestFault.fatal(unsupported(serverMajor)));
        }
    }

    private Failure unsupported(int serverMajor) {
        String wanted = serverMajor >= OLDEST_KNOWN && serverMajor < 15
                ? "pgBackRest " + ANNOTATIONS + " or newer"
                : serverMajor < OLDEST_KNOWN ? "PostgreSQL " + OLDEST_KNOWN + " or newer" : firstFor(serverMajor);
        return new Failure(
                "pgbackrest.version-unsupported",
                "This pgBackRest cannot back up a server of this version.",
                wanted,
                "pgBackRest " + this + " and PostgreSQL " + serverMajor,
                "Update the package pgbackrest; apt.postgresql.org has newer ones than Debian (apt-get install pgbackrest).");
    }

    @Override
    public int compareTo(PgBackRestVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    /** As it is written: {@code 2.45}. */
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
