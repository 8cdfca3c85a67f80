package dev.lifeboat.platform.auth;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;

/** Who asks. */
@ApplicationScoped
public class CurrentPrincipal {
    private final SecurityIdentity identity;

    CurrentPrincipal(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** Name of the caller, e.g. {@code principal/alice}. */
    public String name() {
        return identity.getPrincipal().getName();
    }

    /** Whether the caller has the role, see {@link Roles}. */
    public boolean is(String role) {
        return identity.hasRole(role);
    }
}
