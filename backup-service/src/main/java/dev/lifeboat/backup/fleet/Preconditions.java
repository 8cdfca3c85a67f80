package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a request says about the version that it wants to change.
 *
 * @param ifMatch the header {@code If-Match}, or null
 * @param ifNoneMatch the header {@code If-None-Match}, or null
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.1">RFC 9110, 13.1</a>
 */
record Preconditions(String ifMatch, String ifNoneMatch) {

    /** The entity tag of a version. */
    static String tag(long version) {
        return "\"" + version + "\"";
    }

    /**
     * Compares with what is there.
     *
     * @throws Problem 412 when it is not what the request expects
     */
    void check(String what, Optional<? extends Declared<?>> present) {
        if (ifMatch != null
                && !present.map(declared -> names(ifMatch, declared)).orElse(false)) {
            throw mismatch(what, "version " + ifMatch, present);
        }
        if (ifNoneMatch != null
                && present.map(declared -> names(ifNoneMatch, declared)).orElse(false)) {
            throw mismatch(what, ifNoneMatch.strip().equals("*") ? "not declared" : "not " + ifNoneMatch, present);
        }
    }

    private static boolean names(String header, Declared<?> declared) {
        return header.strip().equals("*")
                || Arrays.stream(header.split(","))
                        .map(tag -> tag.strip().replaceFirst("^W/", "").replace("\"", ""))
                        .anyMatch(Long.toString(declared.version())::equals);
    }

    private static Problem mismatch(String what, String expected, Optional<? extends Declared<?>> present) {
        return Problem.of(
                412,
                new Failure(
                        what + ".version-mismatch",
                        "Somebody else changed this " + what + " meanwhile, or it is not what you expect.",
                        expected,
                        present.map(declared -> "version " + tag(declared.version()))
                                .orElse("not declared"),
                        "Read it again, make your change to what it is now, and send that with its ETag."));
    }
}
