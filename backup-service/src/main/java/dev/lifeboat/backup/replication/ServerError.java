package dev.lifeboat.backup.replication;

import java.util.Map;

/**
 * An error as the server reports it.
 *
 * @param severity e.g. {@code FATAL}, never translated
 * @param sqlState five characters
 * @param message in the server's language
 * @param detail in the server's language; may be empty
 * @param routine where in its source it arose: told apart by this, for it is never translated
 * @see <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">PostgreSQL: Error and Notice Message
 *     Fields</a>
 */
record ServerError(String severity, String sqlState, String message, String detail, String routine) {

    static ServerError of(Map<Character, String> fields) {
        return new ServerError(
                fields.getOrDefault('V', fields.getOrDefault('S', "ERROR")),
                fields.getOrDefault('C', ""),
                fields.getOrDefault('M', ""),
                fields.getOrDefault('D', ""),
                fields.getOrDefault('R', ""));
    }

    String said() {
        return detail.isEmpty() ? message : message + " (" + detail + ")";
    }
}
