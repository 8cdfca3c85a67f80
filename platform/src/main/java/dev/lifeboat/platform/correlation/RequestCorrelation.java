package dev.lifeboat.platform.correlation;

import dev.lifeboat.platform.auth.Roles;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What correlation a request gets: what its headers say, as far as they are well-formed and the caller may say it. */
final class RequestCorrelation {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");
    /** Of version 00: trace id and parent id that are not all zeros (W3C Trace Context, 3.2). */
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private static final String NOBODY = "anonymous";

    /** As they came; null where there was none. */
    record Headers(String correlationId, String causationId, String actor, String traceparent) {}

    private RequestCorrelation() {}

    /**
     * Decides.
     *
     * @param principal name of the caller; null for nobody
     * @param mint makes an id where none was given
     */
    static Correlation of(Headers headers, String principal, Set<String> roles, Supplier<String> mint) {
        String id = matching(ID, headers.correlationId());
        // Only a service speaks for others: everybody else would write whom they like into the audit trail.
        String actor = roles.contains(Roles.SERVICE) ? matching(ID, headers.actor()) : null;
        return new Correlation(
                id == null ? mint.get() : id,
                matching(ID, headers.causationId()),
                actor == null ? name(principal) : actor,
                matching(TRACEPARENT, headers.traceparent()));
    }

    private static String name(String principal) {
        if (principal == null) {
            return NOBODY;
        }
        return principal.contains("/") ? principal : "principal/" + principal;
    }

    private static String matching(Pattern pattern, String value) {
        return value != null && pattern.matcher(value).matches() ? value : null;
    }
}
