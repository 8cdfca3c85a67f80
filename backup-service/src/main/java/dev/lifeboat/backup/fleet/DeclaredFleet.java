package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.DeclarationTable.CLUSTERS;
import static dev.lifeboat.backup.fleet.DeclarationTable.REPOSITORIES;

import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The fleet as it lies in this service's tables. */
@ApplicationScoped
class DeclaredFleet implements Fleet {

    @Override
    public Optional<DeclaredCluster> cluster(Handle transaction, String name) {
        return CLUSTERS.find(transaction, name).map(DeclaredFleet::cluster);
    }

    @Override
    public Optional<DeclaredCluster> cluster(Handle transaction, UUID id) {
        return CLUSTERS.findById(transaction, id).map(DeclaredFleet::cluster);
    }

    @Override
    public Optional<String> systemIdentifier(Handle transaction, UUID clusterId) {
        return CLUSTERS.findById(transaction, clusterId).map(Declared::systemIdentifier);
    }

    @Override
    public Optional<DeclaredRepository> repository(Handle transaction, String name) {
        return REPOSITORIES.find(transaction, name).map(DeclaredFleet::repository);
    }

    @Override
    public List<DeclaredCluster> clusters(Handle transaction) {
        return CLUSTERS.page(transaction, "", Integer.MAX_VALUE).stream()
                .map(DeclaredFleet::cluster)
                .toList();
    }

    static DeclaredCluster cluster(Declared<ClusterSpec> declared) {
        return new DeclaredCluster(declared.id(), declared.version(), declared.spec());
    }

    private static DeclaredRepository repository(Declared<RepositorySpec> declared) {
        return new DeclaredRepository(declared.id(), declared.version(), declared.spec());
    }
}
