package dev.lifeboat.backup.fleet;

import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What is declared, as the rest of this service reads it. */
public interface Fleet {

    /** The cluster of that name, if it is declared. */
    Optional<DeclaredCluster> cluster(Handle transaction, String name);

    /** The cluster that is or was declared with that id: work that began before its removal goes on to its end. */
    Optional<DeclaredCluster> cluster(Handle transaction, UUID id);

    /** System identifier of the server that answered for that declaration last; empty before one did. */
    Optional<String> systemIdentifier(Handle transaction, UUID clusterId);

    /** The repository of that name, if it is declared. */
    Optional<DeclaredRepository> repository(Handle transaction, String name);

    /** All declared clusters, by name. */
    List<DeclaredCluster> clusters(Handle transaction);

    /** A cluster, the version of its declaration, and what was declared. Defaults are filled in. */
    record DeclaredCluster(UUID id, long version, ClusterSpec spec) {}

    /** A repository, the version of its declaration, and what was declared. Defaults are filled in. */
    record DeclaredRepository(UUID id, long version, RepositorySpec spec) {}
}
