package dev.lifeboat.platform.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.auth.Principals.Principal;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.ProblemBody;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Knows principals by {@code Authorization: Bearer <token>}. A token that nobody has leaves the request without a
 * principal: what it wants then decides whether that is enough.
 */
@ApplicationScoped
public class BearerAuthentication implements HttpAuthenticationMechanism {
    private static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    private static final String SCHEME = "bearer ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrincipalsFile principals;

    BearerAuthentication(PrincipalsFile principals) {
        this.principals = principals;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identityProviders) {
        return Uni.createFrom()
                .optional(token(context.request().getHeader(HttpHeaders.AUTHORIZATION))
                        .flatMap(token -> principals.principals().of(token))
                        .map(BearerAuthentication::identity));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, WWW_AUTHENTICATE, "Bearer"));
    }

    /** For what is not a resource of ours, e.g. {@code /q/metrics}: a problem, as everywhere. */
    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        try {
            context.response()
                    .setStatusCode(401)
                    .putHeader(WWW_AUTHENTICATE, "Bearer")
                    .putHeader(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE);
            String body = JSON.writeValueAsString(ProblemBody.of(Problem.of(401, Refusals.UNAUTHENTICATED), null));
            return Uni.createFrom()
                    .completionStage(context.response().end(body).toCompletionStage())
                    .replaceWith(true);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a failure is always writable", e);
        }
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }

    private static Optional<String> token(String header) {
        return header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? Optional.empty()
                : Optional.of(header.substring(SCHEME.length()).strip()).filter(token -> !token.isEmpty());
    }

    private static SecurityIdentity identity(Principal principal) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(principal.name()))
                .addRoles(principal.roles())
                .build();
    }
}
