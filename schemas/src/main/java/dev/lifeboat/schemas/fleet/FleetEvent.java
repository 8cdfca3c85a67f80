package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.event.EventData;
import java.util.UUID;

/** What is declared: the whole state each time, newest version wins, gaps are legal. */
public sealed interface FleetEvent extends EventData {

    /** A cluster was declared for the first time under this id. */
    record ClusterDeclared(
            @JsonProperty(required = true) UUID clusterId,
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String digest,
            @JsonProperty(required = true) ClusterSpec spec)
            implements FleetEvent {}

    /** A cluster's declaration changed, or its owner sent it again. */
    record ClusterChanged(
            @JsonProperty(required = true) UUID clusterId,
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String digest,
            @JsonProperty(required = true) ClusterSpec spec)
            implements FleetEvent {}

    /** A cluster is no longer declared: schedules disarm, running work ends, evidence stays. */
    record ClusterRemoved(@JsonProperty(required = true) UUID clusterId, @JsonProperty(required = true) String name)
            implements FleetEvent {}

    /** A repository was declared for the first time under this id. */
    record RepositoryDeclared(
            @JsonProperty(required = true) UUID repositoryId,
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String digest,
            @JsonProperty(required = true) RepositorySpec spec)
            implements FleetEvent {}

    /** A repository's declaration changed, or its owner sent it again. */
    record RepositoryChanged(
            @JsonProperty(required = true) UUID repositoryId,
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String digest,
            @JsonProperty(required = true) RepositorySpec spec)
            implements FleetEvent {}

    /** A repository is no longer declared; what it holds stays. */
    record RepositoryRemoved(
            @JsonProperty(required = true) UUID repositoryId, @JsonProperty(required = true) String name)
            implements FleetEvent {}
}
