package dev.lifeboat.verifier.judgement;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of judgement. A required check that failed makes the verdict failed; else a required one that is
 * inconclusive, or none that passed, makes it inconclusive; else it is passed. Objectives decide nothing.
 */
public final class Verdicts {
    /** What is looked at in each copy that runs. One of which nothing was heard was not made. */
    static final List<String> MADE_IN_EACH_COPY =
            List.of("server-starts", "identity", "inventory", "row-counts", "content-equality", "amcheck");

    private Verdicts() {}

    /**
     * A verdict and why.
     *
     * @param code stable code of what went wrong, or null
     */
    public record Judged(Verdict verdict, String reason, String code, List<CheckResult> checks) {}

    /**
     * Judges a drill that has ended.
     *
     * @param checks of the attempt that ended; empty if they never came
     */
    public static Judged drill(RecoveryEnded ended, Optional<List<CheckResult>> checks) {
        return switch (ended.state()) {
            case "completed" -> completed(ended, checks);
            case "cancelled" ->
                new Judged(Verdict.INCONCLUSIVE, "The drill was cancelled.", code(ended), checks.orElse(List.of()));
            default ->
                new Judged(
                        Verdict.INCONCLUSIVE,
                        "The drill could not be carried out: " + message(ended),
                        code(ended),
                        checks.orElse(List.of()));
        };
    }

    private static Judged completed(RecoveryEnded ended, Optional<List<CheckResult>> checks) {
        List<CheckResult> all = new ArrayList<>();
        all.add(restored(ended));
        if (ended.failure() == null) {
            all.addAll(checks.map(Verdicts::complete)
                    .orElseGet(() -> List.of(check("checks", Verdict.INCONCLUSIVE, whyNone(ended)))));
            all.addAll(EndFacts.judge(ended));
        }
        Judged decided = decide(all);
        return new Judged(decided.verdict(), decided.reason(), code(ended), decided.checks());
    }

    /** Databases of a dump that are kept are made on a server of somebody else's. */
    private static String whyNone(RecoveryEnded ended) {
        return "restore".equals(ended.kind()) && "dump".equals(ended.method())
                ? "The databases were made on a server that is not a sandbox: it is not looked into."
                : "The checks did not come before their deadline.";
    }

    /** With a result for each check that should have been made and was not. */
    private static List<CheckResult> complete(List<CheckResult> checks) {
        List<CheckResult> all = new ArrayList<>(checks);
        Set<String> made = checks.stream().map(CheckResult::name).collect(Collectors.toSet());
        MADE_IN_EACH_COPY.stream()
                .filter(name -> !made.contains(name))
                .forEach(name -> all.add(check(name, Verdict.INCONCLUSIVE, "The check was not made.")));
        return all;
    }

    private static CheckResult restored(RecoveryEnded ended) {
        return ended.failure() == null
                ? check("restore", Verdict.PASSED, null)
                : new CheckResult(
                        "restore",
                        true,
                        Verdict.FAILED,
                        ended.failure().message(),
                        ended.failure().expected(),
                        ended.failure().found(),
                        null,
                        null);
    }

    /** The verdict that the checks bear out. */
    static Judged decide(List<CheckResult> checks) {
        List<CheckResult> required =
                checks.stream().filter(CheckResult::required).toList();
        Optional<CheckResult> failed = first(required, Verdict.FAILED);
        if (failed.isPresent()) {
            return new Judged(Verdict.FAILED, sentence(failed.get()), null, checks);
        }
        Optional<CheckResult> inconclusive = first(required, Verdict.INCONCLUSIVE);
        if (inconclusive.isPresent()) {
            return new Judged(Verdict.INCONCLUSIVE, sentence(inconclusive.get()), null, checks);
        }
        if (first(required, Verdict.PASSED).isEmpty()) {
            return new Judged(Verdict.INCONCLUSIVE, "No required check could be made.", null, checks);
        }
        return new Judged(Verdict.PASSED, null, null, checks);
    }

    private static Optional<CheckResult> first(List<CheckResult> checks, Verdict verdict) {
        return checks.stream().filter(check -> check.verdict() == verdict).findFirst();
    }

    private static String sentence(CheckResult check) {
        return check.name() + ": " + check.reason();
    }

    private static CheckResult check(String name, Verdict verdict, String reason) {
        return new CheckResult(name, true, verdict, reason, null, null, null, null);
    }

    private static String code(RecoveryEnded ended) {
        return Optional.ofNullable(ended.failure()).map(Failure::code).orElse(null);
    }

    private static String message(RecoveryEnded ended) {
        return Optional.ofNullable(ended.failure()).map(Failure::message).orElse("no cause was given.");
    }
}
