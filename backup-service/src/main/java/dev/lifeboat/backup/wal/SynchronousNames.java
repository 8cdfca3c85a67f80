package dev.lifeboat.backup.wal;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether commits wait for a standby of some name.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES">PostgreSQL:
 *     synchronous_standby_names</a>
 */
final class SynchronousNames {
    private static final Pattern COUNTED = Pattern.compile(
            "\\s*(?:(?:FIRST|ANY)\\s+)?\\d+\\s*\\((.*)\\)\\s*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("\"((?:[^\"]|\"\")*)\"|([^\\s,\"]+)");

    private SynchronousNames() {}

    /**
     * @param setting as SHOW prints it; empty when commits wait for nobody
     * @param applicationName of the standby
     */
    static boolean include(String setting, String applicationName) {
        Matcher counted = COUNTED.matcher(setting);
        Matcher names = NAME.matcher(counted.matches() ? counted.group(1) : setting);
        while (names.find()) {
            String name =
                    names.group(1) == null ? names.group(2) : names.group(1).replace("\"\"", "\"");
            if (name.equals("*") || name.toLowerCase(Locale.ROOT).equals(applicationName.toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }
}
