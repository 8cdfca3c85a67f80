package dev.lifeboat.restore.dump;

import dev.lifeboat.schemas.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells apart what {@code pg_restore} says. Its exit status 1 means anything from "public exists already" to "half of the
 * dump is missing", so what counts is each message; one that is not known to be harmless is real.
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-pgrestore.html#APP-PGRESTORE-DIAGNOSTICS">pg_restore</a>
 */
public final class RestoreMessages {
    private static final Pattern MESSAGE = Pattern.compile("^pg_restore: (error|warning|fatal): (.*)$");
    private static final Pattern IGNORED = Pattern.compile("errors ignored on restore: (\\d+)");
    private static final Pattern SERVER_ERROR = Pattern.compile("(?:ERROR|FATAL|PANIC): {1,2}(.*)$");
    private static final int NAMED = 5;

    /** The sandbox is at fault, or whoever took it away; not the dump. */
    private static final Pattern SANDBOX_AT_FAULT = Pattern.compile("No space left on device|Disk quota exceeded"
            + "|could not extend file|out of memory|out of shared memory|Cannot allocate memory"
            + "|server closed the connection unexpectedly|terminating connection"
            + "|connection to server .* failed|the database system is (?:shutting down|starting up|in recovery mode)"
            + "|no connection to the server|could not connect to database|too many clients already"
            + "|could not open (?:output )?file|could not create file|Too many open files");

    /** A parameter that a newer pg_dump sets in its preamble and this server does not know. */
    private static final Pattern PREAMBLE = Pattern.compile(
            "unrecognized configuration parameter \"(?:transaction_timeout|idle_session_timeout|row_security)\"");

    /** What each new database has already. */
    private static final Pattern THERE_ALREADY =
            Pattern.compile("^(?:schema \"public\"|extension \"plpgsql\"|language \"plpgsql\") already exists$");

    private RestoreMessages() {}

    /** Objects that fail on purpose, because the extension that they belong to is left off in sandboxes. */
    public record LeftOff(Set<String> extensions) {
        private static final Pattern COMMAND = Pattern.compile("EXTENSION (?:IF NOT EXISTS )?\"?([A-Za-z0-9_]+)\"?");

        Optional<String> of(String message) {
            Matcher command = COMMAND.matcher(message);
            while (command.find()) {
                if (extensions.contains(command.group(1))) {
                    return Optional.of(command.group(1));
                }
            }
            // pg_cron keeps its jobs in a schema of its own; nothing else may be called so.
            return extensions.contains("pg_cron") && message.contains("schema \"cron\" does not exist")
                    ? Optional.of("pg_cron")
                    : Optional.empty();
        }
    }

    /**
     * Judges a run.
     *
     * @param database that was restored
     * @param exit the tool's exit status; 128+n for signal n
     * @param stderr the end of what it said, in the C locale
     */
    public static RestoreResult judge(String database, int exit, String stderr, LeftOff leftOff) {
        List<Message> messages = parse(stderr);
        if (exit > 128) {
            return new RestoreResult.NotCarriedOut(new Failure(
                    "restore.tool-killed",
                    "pg_restore was killed by a signal while it restored " + quoted(database) + ".",
                    "exit status 0",
                    "signal " + (exit - 128),
                    "Look whether memory ran out on the host, and start the drill again."));
        }
        Optional<Message> fault = messages.stream()
                .filter(message -> SANDBOX_AT_FAULT.matcher(message.text()).find())
                .findFirst();
        if (fault.isPresent()) {
            return new RestoreResult.NotCarriedOut(new Failure(
                    "restore.sandbox-fault",
                    "The sandbox could not take the dump of " + quoted(database) + ".",
                    "a server with room for the dump",
                    fault.get().shown(),
                    "Make room or memory on the sandbox's host, and start the drill again."));
        }
        List<String> harmless = new ArrayList<>();
        List<String> real = new ArrayList<>();
        for (Message message : messages) {
            Optional<String> excuse = excuse(message, leftOff);
            if (excuse.isPresent()) {
                harmless.add(message.shown() + " (" + excuse.get() + ")");
            } else if (message.error()) {
                real.add(message.shown());
            } else if (message.ignored().isEmpty()) {
                harmless.add(message.shown() + " (a warning)");
            }
        }
        int ignored = messages.stream()
                .map(Message::ignored)
                .flatMapToInt(OptionalInt::stream)
                .max()
                .orElse(0);
        long parsed = messages.stream().filter(Message::error).count();
        boolean unexplained = exit != 0 && (exit != 1 || parsed == 0);
        if (real.isEmpty() && ignored <= parsed && !unexplained) {
            return new RestoreResult.Restored(harmless);
        }
        long count = Math.max(real.size(), ignored - harmless.size());
        return new RestoreResult.DoesNotRestore(new Failure(
                "dump.does-not-restore",
                "The dump of " + quoted(database) + " does not restore without errors.",
                "pg_restore ends without an error",
                "exit status " + exit + ", " + Math.max(count, 0) + " errors"
                        + (real.isEmpty()
                                ? ""
                                : ": " + String.join("; ", real.subList(0, Math.min(NAMED, real.size())))),
                "Take a new backup, and do not count on this one. Restore it by hand to see every message."));
    }

    private static Optional<String> excuse(Message message, LeftOff leftOff) {
        if (!message.error()) {
            return Optional.empty();
        }
        Optional<String> extension = leftOff.of(message.whole());
        if (extension.isPresent()) {
            return Optional.of(extension.get() + " is left off in a sandbox on purpose");
        }
        if (THERE_ALREADY.matcher(message.serverError()).find()) {
            return Optional.of("a new database has it already");
        }
        if (PREAMBLE.matcher(message.serverError()).find()) {
            return Optional.of("a setting of a newer pg_dump's preamble");
        }
        return Optional.empty();
    }

    private static List<Message> parse(String stderr) {
        List<Message> messages = new ArrayList<>();
        boolean error = false;
        StringBuilder whole = null;
        for (String line : stderr.lines().toList()) {
            Matcher begin = MESSAGE.matcher(line);
            if (begin.find()) {
                if (whole != null) {
                    messages.add(new Message(error, whole.toString()));
                }
                error = !begin.group(1).equals("warning");
                whole = new StringBuilder(begin.group(2));
            } else if (whole != null && !line.startsWith("pg_restore: ")) {
                whole.append('\n').append(line);
            }
        }
        if (whole != null) {
            messages.add(new Message(error, whole.toString()));
        }
        return messages;
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }

    /** One message with its following lines; those may hold rows of the table, so only the first is ever shown. */
    private record Message(boolean error, String whole) {
        String text() {
            return whole.lines().findFirst().orElse("");
        }

        String serverError() {
            Matcher matcher = SERVER_ERROR.matcher(text());
            return matcher.find() ? matcher.group(1) : text();
        }

        OptionalInt ignored() {
            Matcher matcher = IGNORED.matcher(text());
            return !error && matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
        }

        /** Without the value in {@code invalid input syntax for type integer: "..."}. */
        String shown() {
            String line = text().replaceAll(": \".*\"$", ": (value not shown)");
            return line.length() > 300 ? line.substring(0, 300) + "…" : line;
        }
    }
}
