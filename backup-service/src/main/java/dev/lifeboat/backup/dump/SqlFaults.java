package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.schemas.Failure;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** What the server's answers to our own questions mean for a dump. */
final class SqlFaults {
    private static final Pattern GONE = Pattern.compile("cache lookup failed|could not open relation");

    private SqlFaults() {}

    /** As everywhere, but that something which is gone while we read may be there, or rightly gone, next time. */
    static DumpFailure explain(SQLException thrown) {
        PostgresFault fault = PostgresFault.classify(thrown);
        String state = thrown.getSQLState() == null ? "" : thrown.getSQLState();
        return switch (state) {
            case "42P01", "3F000", "42703", "42704" -> changed(fault, thrown);
            case "XX000" ->
                GONE.matcher(String.valueOf(thrown.getMessage())).find()
                        ? changed(fault, thrown)
                        : new DumpFailure(fault.failure(), fault.retryable(), thrown);
            case "42501" ->
                new DumpFailure(
                        new Failure(
                                fault.code(),
                                "The role may not read all of the database.",
                                "a role that may read every table, sequence and large object",
                                fault.failure().found(),
                                ToolFaults.GRANTS),
                        false,
                        thrown);
            default -> new DumpFailure(fault.failure(), fault.retryable(), thrown);
        };
    }

    private static DumpFailure changed(PostgresFault fault, SQLException thrown) {
        return new DumpFailure(
                new Failure(
                        "dump.schema-changed",
                        "Something was dropped or changed while it was read.",
                        null,
                        fault.failure().found(),
                        "Do not run migrations while backups begin; it is tried again."),
                true,
                thrown);
    }
}
