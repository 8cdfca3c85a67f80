package dev.lifeboat.verifier.judgement;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Judges what the sandbox's server said of itself. Advisory: what a server complains about and survives is worth a look,
 * and whether the copy is whole is for the checks of its content to say.
 *
 * <p>PANIC, FATAL and processes that a signal ended count. ERROR does not: a parallel worker repeats the error of its
 * session in a line that names no session, so that an owner's own assertion could be taken for a complaint of the server.
 *
 * @see <a href="https://www.postgresql.org/docs/15/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS">severity
 *     levels</a>
 */
final class SandboxLog {
    private static final String NAME = "server-log";
    private static final int SHOWN = 3;

    private static final Pattern ALARMING =
            Pattern.compile("(PANIC|FATAL): .*|LOG: .* was terminated by signal .*", Pattern.DOTALL);

    /**
     * Said by every server that is started, asked too early, and stopped: to whoever comes before it is consistent or after
     * it was told to stop, and by workers that go with their session or with the server.
     */
    private static final Pattern EXPECTED = Pattern.compile("FATAL: (the database system is (starting up|shutting down)"
            + "|the database system is not (yet )?accepting connections|terminating .* due to administrator command)");

    private SandboxLog() {}

    static CheckResult judge(Inspection facts) {
        if (facts == null || facts.notInspected() != null || facts.serverLogErrors() == null) {
            return inconclusive("The server's log was not looked at"
                    + (facts == null || facts.notInspected() == null ? "." : ": " + facts.notInspected()));
        }
        if (facts.serverLogErrors().stream().anyMatch(line -> !line.matches("(?s)[A-Z]+: .*"))) {
            return inconclusive("The server's log could not be read.");
        }
        List<String> alarming = facts.serverLogErrors().stream()
                .filter(line -> ALARMING.matcher(line).matches()
                        && !EXPECTED.matcher(line).matches())
                .toList();
        if (alarming.isEmpty()) {
            return new CheckResult(NAME, false, Verdict.PASSED, null, null, null, null, null);
        }
        return new CheckResult(
                NAME,
                false,
                Verdict.FAILED,
                "The restored server complained about itself.",
                "no FATAL or PANIC but those of start and stop, no process ended by a signal",
                String.join(" | ", alarming.subList(0, Math.min(SHOWN, alarming.size())))
                        + (alarming.size() > SHOWN ? " | and " + (alarming.size() - SHOWN) + " more" : ""),
                null,
                null);
    }

    private static CheckResult inconclusive(String reason) {
        return new CheckResult(NAME, false, Verdict.INCONCLUSIVE, reason, null, null, null, null);
    }
}
