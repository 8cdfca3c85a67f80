package dev.lifeboat.platform.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.Failure;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;

/**
 * What a problem looks like on the wire: RFC 9457, with our members.
 *
 * @param type {@code urn:lifeboat:problem:<code>}
 * @param title the status in words
 * @param status of HTTP
 * @param code stable, for programs
 * @param detail one sentence, for people
 * @param expected what should have been there; optional
 * @param found what was there instead; optional
 * @param hint what to do; optional
 * @param errors all mistakes of a document; left out where there is none
 * @param correlationId where to look in the logs
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProblemBody(
        String type,
        String title,
        int status,
        String code,
        String detail,
        String expected,
        String found,
        String hint,
        List<Problem.Violation> errors,
        String correlationId) {
    /** The media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The body of a problem. */
    public static ProblemBody of(Problem problem, String correlationId) {
        int status = problem.status();
        Failure failure = problem.failure();
        return new ProblemBody(
                "urn:lifeboat:problem:" + failure.code(),
                title(status),
                status,
                failure.code(),
                failure.message(),
                failure.expected(),
                failure.found(),
                failure.hint(),
                problem.violations(),
                correlationId);
    }

    private static String title(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? "Status " + status : known.getReasonPhrase();
    }

    /** A code of ours for a status that the framework chose, e.g. {@code http.method-not-allowed}. */
    static String codeOf(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return "http."
                + (known == null
                        ? Integer.toString(status)
                        : known.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
