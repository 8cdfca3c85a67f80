package dev.lifeboat.platform.auth;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Health, metrics and the API's description: open to this machine, and to known principals from elsewhere. Where probes
 * come from another address, {@code lifeboat.operational.open-to=everybody} opens them.
 */
@ApplicationScoped
public class OperationalPolicy implements HttpSecurityPolicy {
    /** Its name in {@code quarkus.http.auth.permission.*.policy}. */
    public static final String NAME = "operational";

    /** To whom the operational endpoints are open without a token. */
    public enum OpenTo {
        LOOPBACK,
        EVERYBODY
    }

    private final OpenTo openTo;

    OperationalPolicy(@ConfigProperty(name = "lifeboat.operational.open-to", defaultValue = "loopback") OpenTo openTo) {
        this.openTo = openTo;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        if (openTo == OpenTo.EVERYBODY
                || isLoopback(request.request().connection().remoteAddress())) {
            return CheckResult.permit();
        }
        return identity.map(who -> who.isAnonymous() ? CheckResult.DENY : CheckResult.PERMIT);
    }

    @Override
    public String name() {
        return NAME;
    }

    private static boolean isLoopback(SocketAddress peer) {
        try {
            // An address is parsed and not looked up. The connection's own: a header may say anything.
            return peer != null
                    && peer.hostAddress() != null
                    && InetAddress.getByName(peer.hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
