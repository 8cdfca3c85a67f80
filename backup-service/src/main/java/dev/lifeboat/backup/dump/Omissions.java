package dev.lifeboat.backup.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What programs that ended well said that they left out. Any warning is an omission: pg_dump skips subscriptions with a
 * warning and exit status 0. Details and hints go with the warning above them.
 */
final class Omissions {
    private static final Pattern CONTINUES = Pattern.compile("^\\w+: (?:detail|hint): (.*)$");
    private static final int MOST = 100;

    private Omissions() {}

    /** Warnings of one program's standard error, each as one line that begins with where it was said. */
    static List<String> in(String where, List<String> stderr) {
        List<String> found = new ArrayList<>();
        boolean within = false;
        for (String line : stderr) {
            var detail = CONTINUES.matcher(line);
            if (detail.matches()) {
                if (within && detail.group(1) != null) {
                    found.set(found.size() - 1, found.getLast() + "; " + detail.group(1));
                }
            } else if (ToolFaults.isWarning(line)) {
                within = found.size() < MOST;
                if (within) {
                    found.add(where + ": "
                            + line.substring(line.toLowerCase(java.util.Locale.ROOT)
                                                    .indexOf("warning:")
                                            + 8)
                                    .strip());
                }
            } else if (!line.isBlank()) {
                within = false;
            }
        }
        return List.copyOf(found);
    }
}
