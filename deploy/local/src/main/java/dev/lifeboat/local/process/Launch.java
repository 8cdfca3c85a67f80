package dev.lifeboat.local.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The two small shell programs that stand between us and a server. The server's own arguments never pass a shell's eyes. */
final class Launch {
    /**
     * Writes who it is and then becomes the server. So a record of the process exists before the server does, whatever
     * happens to the one who started it; exec keeps id and start time.
     */
    private static final String BECOME =
            """
            record=$1; shift
            read -r stat < /proc/$$/stat
            read -r boot < /proc/sys/kernel/random/boot_id
            started() { set -- ${1##*") "}; shift 19; echo "$1"; }
            echo "$$ $(started "$stat") $boot" > "$record.new" && mv "$record.new" "$record" || exit 70
            exec "$@"
            """;

    /**
     * Holds the reading end of a pipe whose writing end is in the JVM's hands: when the JVM is gone, the pipe ends, and so
     * does the server. It runs in a session of its own, so a Ctrl-C on the terminal reaches the JVM alone.
     */
    private static final String LIFELINE =
            """
            become=$1; signal=$2; shift 2
            exec 3<&0 </dev/null
            setsid sh -c "$become" become "$@" 3<&- &
            server=$!
            (
                cat <&3 >/dev/null
                kill -s "$signal" "$server" 2>/dev/null
                tries=0
                while kill -s 0 "$server" 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
                kill -s KILL -- "-$server" 2>/dev/null
            ) &
            watch=$!
            exec 3<&-
            wait "$server"; status=$?
            kill -s KILL "$watch" 2>/dev/null
            exit $status
            """;

    private Launch() {}

    static List<String> detached(Path record, List<String> command) {
        return line(List.of("setsid", "sh", "-c", BECOME, "become", record.toString()), command);
    }

    static List<String> withLifeline(Path record, Signal atTheEnd, List<String> command) {
        return line(
                List.of("setsid", "sh", "-c", LIFELINE, "lifeline", BECOME, atTheEnd.name(), record.toString()),
                command);
    }

    private static List<String> line(List<String> head, List<String> tail) {
        List<String> line = new ArrayList<>(head);
        line.addAll(tail);
        return List.copyOf(line);
    }
}
