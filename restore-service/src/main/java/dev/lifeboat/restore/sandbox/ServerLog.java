package dev.lifeboat.restore.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a sandbox's server said, in the format of {@link SandboxSettings}. */
public final class ServerLog {
    /** {@code 2026-11-21 05:00:01.234 UTC [4711] FATAL:  ...}; a session's lines name user and database in between. */
    private static final Pattern LINE =
            Pattern.compile("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+ \\S+ \\[\\d+\\] (\\S+@\\S*/.*? )?"
                    + "(ERROR|FATAL|PANIC|LOG(?=:  .* was terminated by signal )):  (.*)$");

    private static final Pattern HOST_AT_FAULT = Pattern.compile("No space left on device|Disk quota exceeded"
            + "|could not bind|Address already in use|could not create (?:any TCP/IP|shared memory|lock file)"
            + "|Cannot allocate memory|could not map anonymous shared memory|Too many open files"
            + "|could not access file \"|could not load library");

    private ServerLog() {}

    /**
     * The last errors of the server's own processes, and which of them a signal ended; without the errors of sessions:
     * whoever ran those was told.
     *
     * @param most so many
     */
    public static List<String> errors(Path log, int most) {
        List<String> errors = new ArrayList<>();
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            lines.forEach(line -> {
                Matcher matcher = LINE.matcher(line);
                if (matcher.find() && matcher.group(1) == null) {
                    errors.add(matcher.group(2) + ": " + matcher.group(3));
                    if (errors.size() > most) {
                        errors.removeFirst();
                    }
                }
            });
        } catch (IOException | java.io.UncheckedIOException e) {
            return List.of("the server's log cannot be read: " + e.getMessage());
        }
        return List.copyOf(errors);
    }

    /** Whether a message tells of the host and not of the data. */
    static boolean isHostAtFault(String message) {
        return HOST_AT_FAULT.matcher(message).find();
    }
}
