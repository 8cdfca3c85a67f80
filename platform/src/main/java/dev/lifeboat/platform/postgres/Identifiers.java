package dev.lifeboat.platform.postgres;

import java.nio.charset.StandardCharsets;

/**
 * Names and texts as parts of SQL, for statements that take no parameters.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">PostgreSQL: Lexical Structure</a>
 */
public final class Identifiers {
    /** NAMEDATALEN - 1: PostgreSQL cuts longer names, so that they would name something else. */
    public static final int MAX_BYTES = 63;

    private Identifiers() {}

    /** A name, always in double quotes: exactly what it is, whatever is in it. */
    public static String quote(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "not a name in PostgreSQL (1 to " + MAX_BYTES + " bytes, without NUL): " + name);
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Schema and name. */
    public static String quote(String schema, String name) {
        return quote(schema) + "." + quote(name);
    }

    /**
     * A text in single quotes. The escape form is used where there is a backslash, so that it means the same whatever
     * {@code standard_conforming_strings} says.
     */
    public static String literal(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("PostgreSQL has no text with NUL");
        }
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') >= 0 ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }
}
