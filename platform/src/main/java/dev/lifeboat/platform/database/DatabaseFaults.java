package dev.lifeboat.platform.database;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;

/**
 * Tells faults of the service's own database that pass from those that stay.
 *
 * @see <a href="https://www.postgresql.org/docs/15/errcodes-appendix.html">PostgreSQL, Appendix A</a>
 */
public final class DatabaseFaults {
    /** Connection, insufficient resources, operator intervention, system error: the server's trouble, not the statement's. */
    private static final Set<String> CLASSES = Set.of("08", "53", "57", "58");

    /** Serialization failure, deadlock, lock not available, a session ended by its idle-in-transaction timeout, read-only
     * (a standby that is not promoted yet). */
    private static final Set<String> STATES = Set.of("40001", "40P01", "55P03", "25P03", "25006");

    private DatabaseFaults() {}

    /** True if the same work may succeed later without anybody changing it. */
    public static boolean passes(Throwable fault) {
        int depth = 0;
        for (Throwable cause = fault; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException sql && passes(sql)) {
                return true;
            }
            for (Throwable other : cause.getSuppressed()) {
                if (other instanceof SQLException sql && passes(sql)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean passes(SQLException fault) {
        String state = fault.getSQLState();
        if (state == null) {
            // The pool's own words, e.g. that no connection came in time.
            return fault instanceof SQLTransientException || "Sorry, acquisition timeout!".equals(fault.getMessage());
        }
        return state.length() == 5 && (CLASSES.contains(state.substring(0, 2)) || STATES.contains(state));
    }
}
