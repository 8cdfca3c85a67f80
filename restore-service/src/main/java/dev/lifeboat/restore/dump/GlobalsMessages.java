package dev.lifeboat.restore.dump;

import dev.lifeboat.schemas.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells apart what psql says while it runs a {@link GlobalsScript}, by SQLSTATE.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error codes</a>
 */
public final class GlobalsMessages {
    private static final Pattern ERROR =
            Pattern.compile("^(?:psql:.*?:\\d+: )?(?:ERROR|FATAL|PANIC): {1,2}([0-9A-Z]{5}): (.*)$", Pattern.MULTILINE);
    private static final String DUPLICATE_OBJECT = "42710";
    private static final int NAMED = 5;

    private GlobalsMessages() {}

    /**
     * Judges a run without {@code ON_ERROR_STOP}.
     *
     * @param bootstrapSuperuser the role that the sandbox was made with, and that is therefore there already
     */
    public static RestoreResult judge(int exit, String stderr, String bootstrapSuperuser) {
        List<String> harmless = new ArrayList<>();
        List<String> real = new ArrayList<>();
        Matcher error = ERROR.matcher(stderr);
        while (error.find()) {
            String sqlState = error.group(1);
            String shown = sqlState + ": " + error.group(2);
            if (isOfTheSandbox(sqlState)) {
                return new RestoreResult.NotCarriedOut(new Failure(
                        "restore.sandbox-fault",
                        "The sandbox could not take the roles and tablespaces.",
                        "a server that works",
                        shown,
                        "Look at the sandbox's host: disk, memory, permissions."));
            }
            if (sqlState.equals(DUPLICATE_OBJECT)
                    && error.group(2).equals("role \"" + bootstrapSuperuser + "\" already exists")) {
                harmless.add(shown + " (the sandbox was made with it)");
            } else {
                real.add(shown);
            }
        }
        if (exit != 0) {
            return new RestoreResult.NotCarriedOut(new Failure(
                    "restore.globals-not-run",
                    "psql did not get to the end of the roles and tablespaces.",
                    "exit status 0",
                    "exit status " + exit + (real.isEmpty() ? "" : ": " + real.getLast()),
                    "Look whether the sandbox's server was taken away, and start the drill again."));
        }
        if (!real.isEmpty()) {
            return new RestoreResult.DoesNotRestore(new Failure(
                    "dump.globals-do-not-restore",
                    "Roles and tablespaces of the dump do not restore without errors.",
                    "each statement succeeds",
                    real.size() + " errors: " + String.join("; ", real.subList(0, Math.min(NAMED, real.size()))),
                    "Take a new backup, and look at the named roles on the source."));
        }
        return new RestoreResult.Restored(harmless);
    }

    /** Insufficient resources, operator intervention, system error, internal error; a connection that broke. */
    private static boolean isOfTheSandbox(String sqlState) {
        return sqlState.startsWith("53")
                || sqlState.startsWith("57P")
                || sqlState.startsWith("58")
                || sqlState.startsWith("08")
                || sqlState.startsWith("XX");
    }
}
