package dev.lifeboat.backup.dump;

import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of sequences as a dump itself holds it: {@code SELECT pg_catalog.setval('public."my seq"', 42, true);}.
 * Sequences are not transactional, so what is read beside the dump may differ from what is in it.
 */
final class SequenceSets {
    private static final Pattern SETVAL =
            Pattern.compile("SELECT pg_catalog\\.setval\\('((?:[^']|'')*)', (-?\\d+), (true|false)\\);");
    private static final Pattern NAME =
            Pattern.compile("(?:\"((?:[^\"]|\"\")*)\"|([^\".]+))\\.(?:\"((?:[^\"]|\"\")*)\"|([^\".]+))");

    private SequenceSets() {}

    /** All that a script of {@code pg_restore} sets, in its order. */
    static List<SequenceState> parse(String script) {
        List<SequenceState> states = new ArrayList<>();
        Matcher set = SETVAL.matcher(script);
        while (set.find()) {
            Matcher name = NAME.matcher(set.group(1).replace("''", "'"));
            if (!name.matches()) {
                throw new IllegalArgumentException("no name of a sequence: " + set.group(1));
            }
            states.add(new SequenceState(
                    part(name.group(1), name.group(2)),
                    part(name.group(3), name.group(4)),
                    Long.parseLong(set.group(2)),
                    Boolean.parseBoolean(set.group(3))));
        }
        return states;
    }

    private static String part(String quoted, String plain) {
        return quoted == null ? plain : quoted.replace("\"\"", "\"");
    }
}
