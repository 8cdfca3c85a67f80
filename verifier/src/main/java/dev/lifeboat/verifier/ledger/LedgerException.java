package dev.lifeboat.verifier.ledger;

import dev.lifeboat.schemas.Failure;

/** The ledger cannot do what it was asked; {@link #failure()} says what was expected, what was found and what to do. */
public final class LedgerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    /** With what is to be shown. */
    public LedgerException(Failure failure) {
        super(text(failure));
        this.failure = failure;
    }

    /** With what is to be shown, and what it came from. */
    public LedgerException(Failure failure, Throwable cause) {
        super(text(failure), cause);
        this.failure = failure;
    }

    /** What is to be shown. */
    public Failure failure() {
        return failure;
    }

    private static String text(Failure failure) {
        StringBuilder text = new StringBuilder(failure.code()).append(": ").append(failure.message());
        if (failure.expected() != null) {
            text.append("; expected ").append(failure.expected());
        }
        if (failure.found() != null) {
            text.append("; found ").append(failure.found());
        }
        if (failure.hint() != null) {
            text.append("; hint: ").append(failure.hint());
        }
        return text.toString();
    }
}
