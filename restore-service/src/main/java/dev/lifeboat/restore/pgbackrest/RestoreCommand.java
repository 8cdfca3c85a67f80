package dev.lifeboat.restore.pgbackrest;

import java.nio.file.Path;

/**
 * The {@code restore_command} of a sandbox: fetches a segment, and writes down what was asked for and what came of it.
 * pgBackRest ends with 1 when the archive does not have the segment; the server takes that for "not yet", and tries again.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-RESTORE-COMMAND">restore_command</a>
 */
final class RestoreCommand {
    private RestoreCommand() {}

    /** A script for sh: its arguments are the segment's name and where it shall go. */
    static String script(String program, Path config, String stanza, Path requests) {
        return """
                %s --config=%s --stanza=%s archive-get "$1" "$2"
                status=$?
                printf '%%s %%s\\n' "$1" "$status" >> %s
                exit "$status"
                """
                .formatted(quoted(program), quoted(config.toString()), quoted(stanza), quoted(requests.toString()));
    }

    /** The setting's value: the server fills in {@code %f} and {@code %p}, a percent sign of ours is doubled. */
    static String setting(Path script) {
        return "/bin/sh " + quoted(script.toString()).replace("%", "%%") + " '%f' '%p'";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
