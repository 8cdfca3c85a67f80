package dev.lifeboat.platform.wiring;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStores;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What reaches outside: secrets, processes, object stores. */
@Dependent
final class EdgeWiring {

    @Produces
    @Singleton
    @DefaultBean
    SecretReferences secrets(@ConfigProperty(name = "lifeboat.secrets-directory") Path folder) {
        return new SecretReferences(System::getenv, folder);
    }

    @Produces
    @Singleton
    @DefaultBean
    ProcessRunner processes(
            @ConfigProperty(name = "lifeboat.work-directory") Path work,
            @ConfigProperty(name = "lifeboat.process.grace", defaultValue = "PT5S") Duration grace) {
        return new ProcessRunner(work.toAbsolutePath().normalize().resolve("processes"), grace);
    }

    @Produces
    @Singleton
    @DefaultBean
    PostgresTools tools(
            ProcessRunner processes,
            @ConfigProperty(name = "lifeboat.postgres.installations", defaultValue = "/usr/lib/postgresql")
                    Path installations) {
        return new PostgresTools(processes, installations);
    }

    @Produces
    @Singleton
    @DefaultBean
    ObjectStores stores(InstantSource clock) {
        return new ObjectStores(clock.withZone(ZoneOffset.UTC));
    }

    @Produces
    @Singleton
    @DefaultBean
    RepositoryStores repositoryStores(ObjectStores stores, SecretReferences secrets) {
        return new RepositoryStores(stores, secrets);
    }
}
