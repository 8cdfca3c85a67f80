package dev.lifeboat.verifier.fleet;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.events.SeenVersions;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.FleetEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Keeps the read model of the fleet. */
@ApplicationScoped
class FleetReader implements EventConsumer {

    @Override
    public String name() {
        return "verifier-fleet";
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(
                EventType.CLUSTER_DECLARED,
                EventType.CLUSTER_CHANGED,
                EventType.CLUSTER_REMOVED,
                EventType.REPOSITORY_DECLARED,
                EventType.REPOSITORY_CHANGED,
                EventType.REPOSITORY_REMOVED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        FleetEvent event = (FleetEvent) received.event().data();
        long version = received.event().version();
        // A name declared again begins at version 1: what counts is the version of one declaration's life.
        if (!SeenVersions.advance(transaction, name(), subject(event), version)) {
            return;
        }
        switch (event) {
            case FleetEvent.ClusterDeclared it ->
                KnownFleet.put(transaction, it.name(), it.clusterId(), version, it.spec());
            case FleetEvent.ClusterChanged it ->
                KnownFleet.put(transaction, it.name(), it.clusterId(), version, it.spec());
            case FleetEvent.ClusterRemoved it -> KnownFleet.removeCluster(transaction, it.name());
            case FleetEvent.RepositoryDeclared it -> KnownFleet.put(transaction, it.name(), version, it.spec());
            case FleetEvent.RepositoryChanged it -> KnownFleet.put(transaction, it.name(), version, it.spec());
            case FleetEvent.RepositoryRemoved it -> KnownFleet.removeRepository(transaction, it.name());
        }
    }

    private static String subject(FleetEvent event) {
        return switch (event) {
            case FleetEvent.ClusterDeclared it -> "cluster/" + it.clusterId();
            case FleetEvent.ClusterChanged it -> "cluster/" + it.clusterId();
            case FleetEvent.ClusterRemoved it -> "cluster/" + it.clusterId();
            case FleetEvent.RepositoryDeclared it -> "repository/" + it.repositoryId();
            case FleetEvent.RepositoryChanged it -> "repository/" + it.repositoryId();
            case FleetEvent.RepositoryRemoved it -> "repository/" + it.repositoryId();
        };
    }
}
