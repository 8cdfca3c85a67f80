package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.platform.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** What is declared: clusters, for a server that says it archives for one of them, and where else its WAL goes. */
interface DeclaredClusters {

    /** Whether a cluster of that id is declared. */
    boolean contain(UUID clusterId);

    /** The repository of that name, if it is declared. */
    Optional<DeclaredRepository> repository(String name);

    /** Those of the fleet. */
    @ApplicationScoped
    class OfTheFleet implements DeclaredClusters {
        private final Fleet fleet;
        private final Database database;

        OfTheFleet(Fleet fleet, Database database) {
            this.fleet = fleet;
            this.database = database;
        }

        @Override
        public boolean contain(UUID clusterId) {
            return database.inTransaction(transaction -> fleet.clusters(transaction).stream()
                    .anyMatch(cluster -> cluster.id().equals(clusterId)));
        }

        @Override
        public Optional<DeclaredRepository> repository(String name) {
            return database.inTransaction(transaction -> fleet.repository(transaction, name));
        }
    }
}
