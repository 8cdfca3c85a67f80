package dev.lifeboat.platform.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.lifeboat.platform.auth.Refusals;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.correlation.CorrelationFilter;
import dev.lifeboat.schemas.Failure;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a resource or the framework threw into {@code application/problem+json}. */
public final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    /** What we said ourselves. */
    @ServerExceptionMapper
    public Response problem(Problem problem, ContainerRequestContext request) {
        return response(request, problem);
    }

    /** A body that cannot be read. */
    @ServerExceptionMapper
    public Response unreadable(JsonProcessingException e, ContainerRequestContext request) {
        return response(request, RequestMistakes.of(e));
    }

    /** A body that does not fit: named by itself, because the framework has a mapper of its own for it. */
    @ServerExceptionMapper
    public Response misfit(MismatchedInputException e, ContainerRequestContext request) {
        return response(request, RequestMistakes.of(e));
    }

    /** No token, or one that nobody has. */
    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    public Response unauthorized(SecurityException e, ContainerRequestContext request) {
        return response(request, Problem.of(401, Refusals.UNAUTHENTICATED));
    }

    /** Not with these roles. */
    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e, ContainerRequestContext request) {
        return response(request, Problem.of(403, Refusals.FORBIDDEN));
    }

    /** What the framework found: no such resource, method or media type, a body that does not fit. */
    @ServerExceptionMapper
    public Response framework(WebApplicationException e, ContainerRequestContext request) {
        if (e.getCause() instanceof JsonProcessingException cause) {
            return response(request, RequestMistakes.of(cause));
        }
        Response given = e.getResponse();
        int status = given.getStatus();
        if (status >= 500) {
            return unexpected(e, request);
        }
        Failure failure =
                switch (status) {
                    case 404 ->
                        new Failure(
                                "http.not-found",
                                "There is no such resource.",
                                null,
                                request.getUriInfo().getPath(),
                                "See /q/openapi for the resources that there are.");
                    case 405 ->
                        new Failure(
                                "http.method-not-allowed",
                                "The resource has no such method.",
                                given.getHeaderString(HttpHeaders.ALLOW),
                                null,
                                "See /q/openapi for the methods that there are.");
                    case 415 ->
                        new Failure(
                                "http.unsupported-media-type",
                                "The body has a media type that this does not take.",
                                null,
                                null,
                                "Send it as application/json.");
                    default -> new Failure(ProblemBody.codeOf(status), sentence(e), null, null, null);
                };
        Response.ResponseBuilder answer = Response.fromResponse(response(request, Problem.of(status, failure)));
        String allow = given.getHeaderString(HttpHeaders.ALLOW);
        if (allow != null) {
            answer.header(HttpHeaders.ALLOW, allow);
        }
        return answer.build();
    }

    /** What nobody expected: logged with its stack, and nothing of it told. */
    @ServerExceptionMapper
    public Response unexpected(Throwable e, ContainerRequestContext request) {
        LOG.error("a request failed with an error that nobody expected", e);
        return response(
                request,
                Problem.of(
                        500,
                        new Failure(
                                "internal",
                                "The service failed with an error that nobody expected.",
                                null,
                                null,
                                "Report it, with the service's log for this correlationId.")));
    }

    private static String sentence(WebApplicationException e) {
        return e.getMessage() == null ? "The request cannot be met." : e.getMessage();
    }

    private static Response response(ContainerRequestContext request, Problem problem) {
        String correlationId =
                CorrelationFilter.of(request).map(Correlation::correlationId).orElse(null);
        Response.ResponseBuilder answer = Response.status(problem.status())
                .type(ProblemBody.MEDIA_TYPE)
                .entity(ProblemBody.of(problem, correlationId));
        if (problem.status() == 401) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return answer.build();
    }
}
