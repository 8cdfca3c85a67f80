package dev.lifeboat.restore.plan;

import dev.lifeboat.restore.plan.Finding.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What preflight has noticed so far. */
final class Findings {
    private final List<Finding> found = new ArrayList<>();

    /** It cannot be carried out on this host. */
    void stop(String code, String message, String expected, String is, String hint) {
        found.add(new Finding(Level.STOP, code, message, expected, is, hint));
    }

    /** It can, and somebody should know. */
    void warn(String code, String message, String expected, String is, String hint) {
        found.add(new Finding(Level.WARN, code, message, expected, is, hint));
    }

    /** What stops first, else in the order in which it was noticed. */
    List<Finding> sorted() {
        return found.stream().sorted(Comparator.comparing(Finding::level)).toList();
    }
}
