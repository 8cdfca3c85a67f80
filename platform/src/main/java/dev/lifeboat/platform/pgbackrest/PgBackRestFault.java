package dev.lifeboat.platform.pgbackrest;

import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.schemas.Failure;

/**
 * Why pgBackRest did not do what it was asked, decided in one place for everything that runs it.
 *
 * @param retryable whether the same may succeed later without anybody changing anything
 * @param failure stable code, expected, found, hint
 */
public record PgBackRestFault(boolean retryable, Failure failure) {

    /** The stable code. */
    public String code() {
        return failure.code();
    }

    /** What a command that did not succeed means. Give it redacted output. Never fails. */
    public static PgBackRestFault classify(ProcessResult result) {
        if (result.timedOut() || result.cancelled()) {
            return new PgBackRestFault(true, result.failure());
        }
        return classify(result.exit(), result.stderrTail());
    }

    /**
     * What an exit status means, together with what was said on standard error.
     *
     * @param exit pgBackRest ends with the number of its error; 128+n when signal n ended it
     */
    public static PgBackRestFault classify(int exit, String said) {
        return PgBackRestErrors.fault(PgBackRestSaid.of(exit, said));
    }

    static PgBackRestFault fatal(Failure failure) {
        return new PgBackRestFault(false, failure);
    }

    static PgBackRestFault fatal(String code, String message, String expected, String found, String hint) {
        return new PgBackRestFault(false, new Failure(code, message, expected, found, hint));
    }

    static PgBackRestFault passing(String code, String message, String expected, String found, String hint) {
        return new PgBackRestFault(true, new Failure(code, message, expected, found, hint));
    }
}
