package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.restore.replay.WalSegment;
import java.nio.file.Path;

/**
 * The {@code restore_command} of a sandbox: fetches a segment, and writes down what was asked for and what came of it.
 * pgBackRest ends with 1 when the archive does not have the segment; the server takes that for "not yet", and tries again.
 * What lies behind the archive's last segment is not there without asking: how far the recovery goes was decided when it
 * began, and a server that has come there asks several times a second.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-RESTORE-COMMAND">restore_command</a>
 */
final class RestoreCommand {
    private RestoreCommand() {}

    /**
     * A script for sh: its arguments are the segment's name and where it shall go.
     *
     * @param last segment that the archive holds
     */
    static String script(String program, Path config, String stanza, WalSegment last, Path requests) {
        return """
                answer() {
                    printf '%%s %%s\n' "$1" "$2" >> %s
                    exit "$2"
                }
                case $1 in
                *[!0-9A-F]*) ;;
                ????????????????????????)
                    place=${1#????????}
                    high=$((0x${place%%????????}))
                    low=$((0x${place#????????}))
                    [ "$high" -lt %d ] || { [ "$high" -eq %d ] && [ "$low" -le %d ]; } || answer "$1" 1
                    ;;
                esac
                %s --config=%s --stanza=%s archive-get "$1" "$2"
                answer "$1" "$?"
                """
                .formatted(
                        quoted(requests.toString()),
                        last.high(),
                        last.high(),
                        last.low(),
                        quoted(program),
                        quoted(config.toString()),
                        quoted(stanza));
    }

    /** The setting's value: the server fills in {@code %f} and {@code %p}, a percent sign of ours is doubled. */
    static String setting(Path script) {
        return "/bin/sh " + quoted(script.toString()).replace("%", "%%") + " '%f' '%p'";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
