package dev.lifeboat.platform.process;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A server that lives as long as its lease.
 *
 * @param name unique on this host: letters, digits, dashes and underscores
 * @param folder removed with the server, with all that is in it; exists, directly below one of the launcher's roots
 * @param process program, arguments, environment and user; its streams and deadline do not count here
 * @param log file that the server's output is appended to
 * @param leaseUntil when it ends unless the lease is renewed
 * @param stop signals that ask it to end, one after the other; KILL comes last by itself
 */
public record SandboxSpec(
        String name, Path folder, ProcessSpec process, Path log, Instant leaseUntil, List<StopSignal> stop) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

    /**
     * PostgreSQL: fast shutdown, then immediate shutdown, which itself kills what does not end within five seconds.
     *
     * @see <a href="https://www.postgresql.org/docs/current/server-shutdown.html">PostgreSQL: Shutting Down the
     *     Server</a>
     */
    public static final List<StopSignal> POSTGRES =
            List.of(new StopSignal("INT", Duration.ofSeconds(10)), new StopSignal("QUIT", Duration.ofSeconds(8)));

    /**
     * One way of asking.
     *
     * @param name of the signal, without SIG
     * @param time that the server may take
     */
    public record StopSignal(String name, Duration time) {
        public StopSignal {
            if (!name.matches("[A-Z0-9]{1,8}")) {
                throw new IllegalArgumentException("not a signal: " + name);
            }
        }
    }

    public SandboxSpec {
        requireName(name);
        stop = List.copyOf(stop);
    }

    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of a sandbox: " + name);
        }
        return name;
    }

    String signals() {
        return stop.stream()
                .map(signal -> signal.name() + ":" + ProcessRunner.seconds(signal.time()))
                .collect(Collectors.joining(","));
    }
}
