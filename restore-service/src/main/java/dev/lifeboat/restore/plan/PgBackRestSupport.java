package dev.lifeboat.restore.plan;

import java.util.Map;

/** From which version on pgBackRest knows a major version of PostgreSQL (its release notes). */
final class PgBackRestSupport {
    private static final Map<Integer, String> FIRST =
            Map.of(13, "2.30", 14, "2.35", 15, "2.41", 16, "2.48", 17, "2.54", 18, "2.57");

    private PgBackRestSupport() {}

    /** The first version that knows that server; older servers have been known for long. */
    static String firstFor(int major) {
        if (major > 18) {
            return "a version that knows PostgreSQL " + major;
        }
        return FIRST.getOrDefault(major, "2.0");
    }

    static boolean knows(String version, int major) {
        return major <= 18 && compare(version, firstFor(major)) >= 0;
    }

    private static int compare(String left, String right) {
        String[] a = left.split("\\.", -1);
        String[] b = right.split("\\.", -1);
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            int difference = Integer.compare(number(a, i), number(b, i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int number(String[] parts, int index) {
        if (index >= parts.length) {
            return 0;
        }
        String digits = parts[index].replaceAll("\\D.*$", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
