package dev.lifeboat.platform.correlation;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Binds a request's correlation to the thread that works on it, and tells the caller its id. */
@Provider
@Priority(CorrelationFilter.BEFORE_ALL_OTHERS)
public class CorrelationBinding implements ContainerRequestFilter, ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        CorrelationFilter.of(request).ifPresent(Correlation::bind);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        CorrelationFilter.of(request).ifPresent(correlation -> response.getHeaders()
                .putSingle(CorrelationFilter.CORRELATION_ID, correlation.correlationId()));
        Correlation.bind(null);
    }
}
