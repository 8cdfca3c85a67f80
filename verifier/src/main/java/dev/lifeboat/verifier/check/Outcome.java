package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.verification.Verdict;

/**
 * What a check saw.
 *
 * @param name of the check
 * @param required whether the run fails with it
 * @param reason one sentence; null only when passed
 */
public record Outcome(String name, boolean required, Verdict verdict, String reason, String expected, String found) {

    static Outcome passed(String name, String found) {
        return new Outcome(name, true, Verdict.PASSED, null, null, found);
    }

    static Outcome failed(String name, String reason, String expected, String found) {
        return new Outcome(name, true, Verdict.FAILED, reason, expected, found);
    }

    static Outcome inconclusive(String name, String reason) {
        return new Outcome(name, true, Verdict.INCONCLUSIVE, reason, null, null);
    }

    static Outcome notApplicable(String name, String reason) {
        return new Outcome(name, true, Verdict.NOT_APPLICABLE, reason, null, null);
    }

    Outcome advisory() {
        return new Outcome(name, false, verdict, reason, expected, found);
    }
}
