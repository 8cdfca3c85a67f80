package dev.lifeboat.platform.process;

import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a tool ended.
 *
 * @param program its name
 * @param exit its exit status; 128+n when signal n ended it, as every shell counts
 * @param stdout what was kept of its standard output, redacted; empty when that went elsewhere
 * @param stderrTail the end of what it said on standard error, redacted
 * @param duration from start to end
 * @param timedOut its deadline had passed
 * @param cancelled it was ended by us, also by its deadline
 * @param inputRefused it stopped reading before all its input was written
 */
public record ProcessResult(
        String program,
        int exit,
        String stdout,
        String stderrTail,
        Duration duration,
        boolean timedOut,
        boolean cancelled,
        boolean inputRefused) {

    /** Ended by itself with status 0, having read what it was given. */
    public boolean succeeded() {
        return exit == 0 && !cancelled && !inputRefused;
    }

    /** The signal that ended it, as far as an exit status tells. */
    public OptionalInt signal() {
        return exit > 128 && exit <= 128 + 64 ? OptionalInt.of(exit - 128) : OptionalInt.empty();
    }

    /** Itself, when it succeeded. */
    public ProcessResult requireSuccess() {
        if (!succeeded()) {
            throw new ProcessException(failure());
        }
        return this;
    }

    /** What went wrong, for a result that did not succeed. */
    public Failure failure() {
        if (timedOut) {
            return failure(
                    "process.timed-out",
                    program + " did not end in time.",
                    "an end before the deadline",
                    "ended by us after " + duration,
                    "Look at what it said last and whether it was waiting; give it more time if it was working.");
        }
        if (cancelled) {
            return failure(
                    "process.cancelled",
                    program + " was cancelled.",
                    "an end of its own",
                    "ended by us after " + duration,
                    "Start it again if that was not intended.");
        }
        if (signal().isPresent()) {
            return failure(
                    "process.signalled",
                    program + " was killed by a signal.",
                    "exit status 0",
                    "signal " + signal().getAsInt(),
                    "Somebody killed it, or memory ran out: look into the kernel's log.");
        }
        if (exit != 0) {
            return failure(
                    "process.failed",
                    program + " failed.",
                    "exit status 0",
                    "exit status " + exit,
                    "Mend what it complains about.");
        }
        return failure(
                "process.input-refused",
                program + " did not read all its input.",
                "input read to its end",
                "standard input closed early",
                "Look whether the right file was given to it.");
    }

    private Failure failure(String code, String message, String expected, String found, String hint) {
        List<String> said = stderrTail.lines().filter(line -> !line.isBlank()).toList();
        String last = String.join(" | ", said.subList(Math.max(0, said.size() - 3), said.size()));
        return new Failure(code, message, expected, last.isEmpty() ? found : found + ": " + last, hint);
    }
}
