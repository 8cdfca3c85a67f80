package dev.lifeboat.platform.auth;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Wires authentication to the principals file. */
@Dependent
final class AuthWiring {

    @Produces
    @Singleton
    PrincipalsFile principals(@ConfigProperty(name = "lifeboat.principals-file") Path file) {
        return new PrincipalsFile(file.toAbsolutePath());
    }
}
