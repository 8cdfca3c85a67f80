package dev.lifeboat.platform.problem;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;
import java.util.List;

/**
 * A request that cannot be met, as RFC 9457 {@code application/problem+json} with a stable code, what was expected, what
 * was found and what to do. Thrown from anywhere below a resource.
 */
public final class Problem extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Failure failure;
    private final transient List<Violation> violations;

    private Problem(int status, Failure failure, List<Violation> violations, Throwable cause) {
        super(failure.message(), cause);
        this.status = status;
        this.failure = failure;
        this.violations = List.copyOf(violations);
    }

    /** One mistake in a document. {@code pointer} is a JSON pointer to it. */
    public record Violation(String pointer, String code, String message, String expected, String found, String hint) {}

    /** A problem with one cause. */
    public static Problem of(int status, Failure failure) {
        return new Problem(status, failure, List.of(), null);
    }

    /** A document that is wrong, with all its mistakes at once. */
    public static Problem invalid(String message, List<Violation> violations) {
        return new Problem(
                400,
                new Failure("request.invalid", message, null, null, "Mend each of the listed mistakes."),
                violations,
                null);
    }

    /** Something that is not there. */
    public static Problem notFound(String what, String name) {
        return of(
                404,
                new Failure(
                        what + ".not-found",
                        "There is no " + what + " " + name + ".",
                        null,
                        name,
                        "List what there is with GET."));
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** Code, message, expected, found, hint. */
    public Failure failure() {
        return failure;
    }

    /** All mistakes of a document; empty for other problems. */
    public List<Violation> violations() {
        return violations;
    }
}
