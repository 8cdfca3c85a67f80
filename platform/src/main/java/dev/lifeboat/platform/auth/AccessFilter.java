package dev.lifeboat.platform.auth;

import dev.lifeboat.platform.problem.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/**
 * Applies {@link AccessRules} before a resource is even looked for: who is not known does not learn what there is.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION)
public class AccessFilter implements ContainerRequestFilter {
    private final SecurityIdentity identity;

    /** For the identity of each request. */
    @Inject
    public AccessFilter(SecurityIdentity identity) {
        this.identity = identity;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        switch (AccessRules.decide(request.getUriInfo().getPath(), identity.isAnonymous(), identity.getRoles())) {
            case ALLOWED -> {}
            case UNAUTHENTICATED -> throw Problem.of(401, Refusals.UNAUTHENTICATED);
            case FORBIDDEN -> throw Problem.of(403, Refusals.FORBIDDEN);
        }
    }
}
