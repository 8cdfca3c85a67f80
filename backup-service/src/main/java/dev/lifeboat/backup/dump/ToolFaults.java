package dev.lifeboat.backup.dump;

import dev.lifeboat.schemas.Failure;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one place that reads what pg_dump, pg_dumpall and pg_restore say when they fail, and tells what may pass by itself
 * from what will not. The programs run with English messages. First match wins.
 */
final class ToolFaults {
    private ToolFaults() {}

    static final String GRANTS =
            "GRANT pg_read_all_data TO the role (14 and later), or SELECT and USAGE on what is named;"
                    + " large objects need GRANT SELECT ON LARGE OBJECT each; row security needs BYPASSRLS.";

    private record Rule(Pattern said, String code, String message, boolean retryable, String hint) {}

    private static Rule rule(String said, String code, String message, boolean retryable, String hint) {
        return new Rule(Pattern.compile(said), code, message, retryable, hint);
    }

    private static final boolean PASSES = true;
    private static final boolean STAYS = false;

    private static final List<Rule> RULES = List.of(
            rule(
                    "password authentication failed|no password supplied|password authentication is required",
                    "postgres.password-wrong",
                    "The server refused the password.",
                    STAYS,
                    "Correct the secret that the cluster's connection.password refers to."),
            rule(
                    "no pg_hba\\.conf entry|pg_hba\\.conf rejects",
                    "postgres.hba-entry-missing",
                    "The server does not let this role in from here.",
                    STAYS,
                    "Add a line to pg_hba.conf for this role, host and database, and reload."),
            rule(
                    "aborting because of server version mismatch",
                    "dump.tool-older",
                    "The dump program is older than the server.",
                    STAYS,
                    "Install the client programs of the server's major version."),
            rule(
                    "query would be affected by row-level security policy",
                    "dump.row-security",
                    "Row security hides rows from this role, so the dump would be incomplete.",
                    STAYS,
                    "ALTER ROLE … BYPASSRLS for the role that Lifeboat connects as."),
            rule(
                    "permission denied for (large object \\S+)",
                    "postgres.privilege-missing",
                    "The role may not read a large object.",
                    STAYS,
                    "GRANT SELECT ON LARGE OBJECT … TO the role; pg_read_all_data does not cover large objects."),
            rule(
                    "permission denied[^\\n]*",
                    "postgres.privilege-missing",
                    "The role may not read all of the database.",
                    STAYS,
                    GRANTS),
            rule(
                    "invalid page in block|could not read block|missing chunk number|unexpected chunk number"
                            + "|invalid memory alloc request size|compressed (?:pglz |lz4 )?data is corrupt",
                    "postgres.data-corrupted",
                    "The server found damaged data while it was read.",
                    STAYS,
                    "Look at the server's log at once, and keep older backups: retention should be paused."),
            rule(
                    "max_locks_per_transaction",
                    "dump.locks-exhausted",
                    "The server has no room for one lock per table.",
                    STAYS,
                    "Raise max_locks_per_transaction; it needs a restart."),
            rule(
                    "canceling statement due to lock timeout",
                    "postgres.lock-not-available",
                    "A table was locked by somebody else for too long.",
                    PASSES,
                    "Find who holds an ACCESS EXCLUSIVE lock: select * from pg_locks where granted and mode ="
                            + " 'AccessExclusiveLock'."),
            rule(
                    "canceling statement due to conflict with recovery|terminating connection due to conflict with recovery",
                    "dump.recovery-conflict",
                    "The standby ended the dump, because replay had to go on.",
                    PASSES,
                    "Dump from the primary, or raise max_standby_streaming_delay or hot_standby_feedback."),
            rule(
                    "No space left on device|could not write to file|could not write to output file",
                    "dump.disk-full",
                    "There was no room to write.",
                    PASSES,
                    "Make room in the work folder; the custom format needs none."),
            rule(
                    "invalid snapshot identifier|could not import the requested snapshot|snapshot \"[^\"]*\" does not exist",
                    "dump.snapshot-lost",
                    "The connection that held the snapshot was lost.",
                    PASSES,
                    "Look for what ends idle connections: a pooler, a firewall, an administrator."),
            rule(
                    "database \"[^\\n]*\" does not exist",
                    "postgres.database-missing",
                    "The database is not there any more.",
                    STAYS,
                    "Take it out of the policy's databases, or find out who dropped it."),
            rule(
                    "is not currently accepting connections",
                    "dump.database-closed",
                    "The database accepts no connections.",
                    STAYS,
                    "ALTER DATABASE … ALLOW_CONNECTIONS true, or leave it out of the policy."),
            rule(
                    "(?:relation|schema|function|type|sequence|table) [^\\n]* does not exist|could not open relation with OID"
                            + "|cache lookup failed",
                    "dump.schema-changed",
                    "Something was dropped while the dump began.",
                    PASSES,
                    "Do not run migrations while backups begin; it is tried again."),
            rule(
                    "terminating connection due to administrator command|server closed the connection unexpectedly"
                            + "|connection to server[^\\n]*failed: (?:Connection refused|No route to host|Connection timed out"
                            + "|timeout expired)|could not translate host name|the database system is"
                            + " (?:starting up|shutting down|in recovery mode)|SSL SYSCALL error|connection to server was lost"
                            + "|could not receive data from server|no connection to the server|too many clients already"
                            + "|remaining connection slots are reserved|terminating connection because of crash",
                    "postgres.unreachable",
                    "The connection to the server was lost or refused.",
                    PASSES,
                    "Look whether the server runs and can be reached from here."),
            rule(
                    "out of memory",
                    "dump.out-of-memory",
                    "The dump program or the server ran out of memory.",
                    PASSES,
                    "A row or a value may be larger than half of what the server can send at once; see its log."));

    /** What a failed program's exit status (128+n for signal n) and the end of its standard error mean. */
    static DumpFailure explain(String tool, int exit, String stderr) {
        for (Rule rule : RULES) {
            Matcher matcher = rule.said().matcher(stderr);
            if (matcher.find()) {
                return new DumpFailure(
                        new Failure(
                                rule.code(), rule.message(), null, lineAround(stderr, matcher.start()), rule.hint()),
                        rule.retryable());
            }
        }
        if (exit > 128) {
            return new DumpFailure(
                    new Failure(
                            "dump.tool-killed",
                            tool + " was ended by signal " + (exit - 128) + ".",
                            "exit status 0",
                            "signal " + (exit - 128),
                            exit == 137
                                    ? "Look whether the machine ran out of memory, or who killed it."
                                    : "Find out who ended it."),
                    PASSES);
        }
        return new DumpFailure(
                new Failure(
                        "dump.tool-failed",
                        tool + " failed.",
                        "exit status 0",
                        ("exit status " + exit + ": " + last(stderr)).strip(),
                        "Its last lines say why."),
                STAYS);
    }

    private static String lineAround(String text, int index) {
        int from = text.lastIndexOf('\n', index) + 1;
        int to = text.indexOf('\n', index);
        return text.substring(from, to < 0 ? text.length() : to).strip();
    }

    private static String last(String stderr) {
        List<String> lines = stderr.strip().lines().toList();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    /** Whether a program that wrote this may still have done all of its work: used on lines of a program that ended well. */
    static boolean isWarning(String line) {
        return line.toLowerCase(Locale.ROOT).contains("warning:");
    }
}
