package dev.lifeboat.backup.dump;

import dev.lifeboat.schemas.Failure;
import java.sql.SQLException;
import java.util.Set;

/** What the server's answers to our own questions mean, by SQLSTATE. */
final class SqlFaults {
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "40", "58");

    private SqlFaults() {}

    /** Retryable or not, with a stable code. */
    static DumpFailure explain(SQLException thrown) {
        String state = thrown.getSQLState() == null ? "" : thrown.getSQLState();
        String said = thrown.getMessage();
        return switch (state) {
            case "28P01" ->
                failure(
                        "postgres.password-wrong",
                        "The server refused the password.",
                        said,
                        "Correct the secret that the cluster's connection.password refers to.",
                        false,
                        thrown);
            case "28000" ->
                failure(
                        "postgres.hba-missing",
                        "The server does not let this role in from here.",
                        said,
                        "Add a line to pg_hba.conf for this role, host and database, and reload.",
                        false,
                        thrown);
            case "3D000" ->
                failure(
                        "dump.database-gone",
                        "The database is not there any more.",
                        said,
                        "Take it out of the policy's databases, or find out who dropped it.",
                        false,
                        thrown);
            case "42501" ->
                failure(
                        "postgres.grant-missing",
                        "The role may not read all of the database.",
                        said,
                        "GRANT pg_read_all_data TO the role (14 and later), or what is named; row security needs"
                                + " BYPASSRLS, large objects a GRANT each.",
                        false,
                        thrown);
            case "55P03" ->
                failure(
                        "dump.lock-timeout",
                        "A table was locked by somebody else for too long.",
                        said,
                        "Find who holds an ACCESS EXCLUSIVE lock in pg_locks.",
                        true,
                        thrown);
            case "42P01", "3F000", "42703" ->
                failure(
                        "dump.schema-changed",
                        "Something was dropped or changed while it was read.",
                        said,
                        "Do not run migrations while backups begin; it is tried again.",
                        true,
                        thrown);
            case "XX001", "XX002" ->
                failure(
                        "dump.source-damaged",
                        "The server found damaged data while it was read.",
                        said,
                        "Look at the server's log at once, and keep older backups: retention should be paused.",
                        false,
                        thrown);
            default -> {
                boolean passing = state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2));
                yield passing
                        ? failure(
                                "postgres.connection-lost",
                                "The connection to the server was lost or refused.",
                                said,
                                "Look whether the server runs and can be reached from here.",
                                true,
                                thrown)
                        : failure(
                                "dump.question-failed",
                                "The server could not answer a question about the database.",
                                (state + " " + said).strip(),
                                "The server's log says more.",
                                false,
                                thrown);
            }
        };
    }

    private static DumpFailure failure(
            String code, String message, String found, String hint, boolean retryable, SQLException cause) {
        return new DumpFailure(new Failure(code, message, null, found, hint), retryable, cause);
    }
}
