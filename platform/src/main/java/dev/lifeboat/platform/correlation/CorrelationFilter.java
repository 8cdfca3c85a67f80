package dev.lifeboat.platform.correlation;

import dev.lifeboat.platform.time.Ids;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;

/**
 * Gives each request its {@link Correlation}. This happens on the thread that took the request; {@link
 * CorrelationBinding} binds it to the one that works on it.
 */
@Provider
@PreMatching
@Priority(CorrelationFilter.BEFORE_ALL_OTHERS)
public class CorrelationFilter implements ContainerRequestFilter {
    /** Names the story that a request belongs to; also in each response. */
    public static final String CORRELATION_ID = "X-Correlation-Id";

    /** Names what led to the request. */
    public static final String CAUSATION_ID = "X-Causation-Id";

    /** In whose name a service asks another one. */
    public static final String ACTOR = "X-Actor";

    /** W3C trace context. */
    public static final String TRACEPARENT = "traceparent";

    static final int BEFORE_ALL_OTHERS = 10;
    private static final String PROPERTY = Correlation.class.getName();

    private final SecurityIdentity identity;
    private final Ids ids;

    /** For the identity of each request. */
    @Inject
    public CorrelationFilter(SecurityIdentity identity, Ids ids) {
        this.identity = identity;
        this.ids = ids;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Correlation correlation = RequestCorrelation.of(
                new RequestCorrelation.Headers(
                        request.getHeaderString(CORRELATION_ID),
                        request.getHeaderString(CAUSATION_ID),
                        request.getHeaderString(ACTOR),
                        request.getHeaderString(TRACEPARENT)),
                identity.isAnonymous() ? null : identity.getPrincipal().getName(),
                identity.getRoles(),
                () -> ids.next().toString());
        request.setProperty(PROPERTY, correlation);
    }

    /** That of a request; empty only if it failed before it got one. */
    public static Optional<Correlation> of(ContainerRequestContext request) {
        return Optional.ofNullable((Correlation) request.getProperty(PROPERTY));
    }
}
