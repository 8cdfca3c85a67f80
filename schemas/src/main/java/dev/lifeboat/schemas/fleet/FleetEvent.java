package dev.lifeboat.schemas.fleet;

import dev.lifeboat.schemas.event.EventData;
import java.util.UUID;

/** What is declared: the whole state each time, newest version wins, gaps are legal. */
public sealed interface FleetEvent extends EventData {

    /** A cluster was declared for the first time under this id. */
    record ClusterDeclared(UUID clusterId, String name, String digest, ClusterSpec spec) implements FleetEvent {}

    /** A cluster's declaration changed, or its owner sent it again. */
    record ClusterChanged(UUID clusterId, String name, String digest, ClusterSpec spec) implements FleetEvent {}

    /** A cluster is no longer declared: schedules disarm, running work ends, evidence stays. */
    record ClusterRemoved(UUID clusterId, String name) implements FleetEvent {}

    /** A repository was declared for the first time under this id. */
    record RepositoryDeclared(UUID repositoryId, String name, String digest, RepositorySpec spec)
            implements FleetEvent {}

    /** A repository's declaration changed, or its owner sent it again. */
    record RepositoryChanged(UUID repositoryId, String name, String digest, RepositorySpec spec)
            implements FleetEvent {}

    /** A repository is no longer declared; what it holds stays. */
    record RepositoryRemoved(UUID repositoryId, String name) implements FleetEvent {}
}
