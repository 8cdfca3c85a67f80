package dev.lifeboat.platform.auth;

import java.util.Set;
import java.util.regex.Pattern;

/** Who may come near a path at all; what a resource asks for beyond that, it says by {@code @RolesAllowed}. */
final class AccessRules {
    /** What becomes of a request. */
    enum Decision {
        ALLOWED,
        UNAUTHENTICATED,
        FORBIDDEN
    }

    private static final Set<String> ANYBODY_WITH_A_ROLE =
            Set.of(Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE);

    /** No empty, single or double dot segments: what a rule reads here is what a resource is matched by. */
    private static final Pattern PLAIN = Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[^/;\\\\]+)+/?");

    private AccessRules() {}

    /**
     * Decides by path. What no rule names is refused.
     *
     * @param path of the request, beginning with a slash
     * @param anonymous nobody that we know
     * @param roles of whoever it is
     */
    static Decision decide(String path, boolean anonymous, Set<String> roles) {
        if (anonymous) {
            return Decision.UNAUTHENTICATED;
        }
        if (!PLAIN.matcher(path).matches()) {
            return Decision.FORBIDDEN;
        }
        if (below(path, "/internal")) {
            return roles.contains(Roles.SERVICE) ? Decision.ALLOWED : Decision.FORBIDDEN;
        }
        if (below(path, "/api")) {
            return roles.stream().anyMatch(ANYBODY_WITH_A_ROLE::contains) ? Decision.ALLOWED : Decision.FORBIDDEN;
        }
        return Decision.FORBIDDEN;
    }

    private static boolean below(String path, String root) {
        return path.equals(root) || path.startsWith(root + "/");
    }
}
