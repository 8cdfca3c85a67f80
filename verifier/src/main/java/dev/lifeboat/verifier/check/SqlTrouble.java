package dev.lifeboat.verifier.check;

import java.sql.SQLException;
import java.util.Set;

/**
 * What may be repeated of a server's error. Its message can quote what a row holds, and results of checks are kept for
 * ever: only messages of classes that speak of the statement or of the server are shown.
 *
 * @see <a href="https://www.postgresql.org/docs/15/errcodes-appendix.html">PostgreSQL, Appendix A</a>
 */
final class SqlTrouble {
    /**
     * Connection (08), unsupported (0A), transaction state (25), authorisation (28), no such database (3D) or schema (3F),
     * syntax or access rule (42), resources (53), limits (54), object state (55), intervention (57), system (58), what a
     * page or an index looks like (XX).
     */
    private static final Set<String> HARMLESS =
            Set.of("08", "0A", "25", "28", "3D", "3F", "42", "53", "54", "55", "57", "58", "XX");

    private SqlTrouble() {}

    /** One line. */
    static String of(SQLException e) {
        String state = e.getSQLState();
        if (state == null) {
            return firstLine(e);
        }
        boolean harmless = state.length() == 5 && HARMLESS.contains(state.substring(0, 2));
        return "SQLSTATE " + state + ", "
                + (harmless ? firstLine(e) : "and a message that is left out because it may show a row's values");
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
    }
}
