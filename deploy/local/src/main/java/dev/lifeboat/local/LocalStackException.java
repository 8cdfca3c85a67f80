package dev.lifeboat.local;

/**
 * A part of the local stack cannot do what was asked. Says what was expected, what was found, and what to do about it.
 */
public final class LocalStackException extends RuntimeException {
    private final String code;
    private final String expected;
    private final String found;
    private final String hint;

    /**
     * @param code stable, in lower case with hyphens, such as {@code port-taken}
     * @param expected what should have been the case
     * @param found what was the case instead
     * @param hint what a person can do about it
     */
    public LocalStackException(String code, String expected, String found, String hint) {
        this(code, expected, found, hint, null);
    }

    /** As the other constructor, keeping the cause. */
    public LocalStackException(String code, String expected, String found, String hint, Throwable cause) {
        super(code + ": expected " + expected + "; found " + found + "; hint: " + hint, cause);
        this.code = code;
        this.expected = expected;
        this.found = found;
        this.hint = hint;
    }

    /** Stable name of the error. */
    public String code() {
        return code;
    }

    /** What should have been the case. */
    public String expected() {
        return expected;
    }

    /** What was the case instead. */
    public String found() {
        return found;
    }

    /** What a person can do about it. */
    public String hint() {
        return hint;
    }
}
