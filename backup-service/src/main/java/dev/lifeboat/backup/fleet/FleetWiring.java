package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.wiring.RepositoryStores;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the parts of the fleet together. */
@ApplicationScoped
class FleetWiring {

    @Produces
    @Singleton
    SecretShape.Resolvable secrets(SecretReferences references) {
        return new SecretReach(references);
    }

    @Produces
    @Singleton
    ClusterProbe clusterProbe(SecretReferences references, ProcessRunner runner) {
        DeclaredSessions sessions = new DeclaredSessions(references::resolve);
        return new ClusterProbe(
                sessions,
                new InstalledPrograms(new PostgresTools(runner, PostgresTools.DEBIAN)),
                sessions::replicationRefused);
    }

    @Produces
    @Singleton
    RepositoryProbe repositoryProbe(RepositoryStores stores) {
        return new StoreProbe(stores);
    }
}
