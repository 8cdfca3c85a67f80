package dev.lifeboat.backup.fleet;

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
    ClusterProbe clusterProbe(SecretReferences references) {
        return new ClusterProbe(new DeclaredSessions(references::resolve));
    }

    @Produces
    @Singleton
    RepositoryProbe repositoryProbe(RepositoryStores stores) {
        return new StoreProbe(stores);
    }
}
