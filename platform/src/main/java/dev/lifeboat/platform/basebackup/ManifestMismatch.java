package dev.lifeboat.platform.basebackup;

import java.io.Serial;

/** The files of a base backup are not what the server's manifest says that it sent. */
public final class ManifestMismatch extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String found;

    ManifestMismatch(String expected, String found, Throwable cause) {
        super("expected " + expected + ", found " + found, cause);
        this.expected = expected;
        this.found = found;
    }

    /** What the manifest says, in words. */
    public String expected() {
        return expected;
    }

    /** What is different, the first few named. */
    public String found() {
        return found;
    }
}
