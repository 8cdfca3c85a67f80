package dev.lifeboat.restore.fleet;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.restore.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.FleetEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Takes what backup-service says about clusters and repositories; drill schedules follow in the same commit. */
@ApplicationScoped
public class FleetReadModel implements EventConsumer {
    private final Fleet fleet;
    private final DrillArming drills;

    FleetReadModel(Fleet fleet, DrillArming drills) {
        this.fleet = fleet;
        this.drills = drills;
    }

    /** What follows for drill schedules from a declaration. */
    public interface DrillArming {
        /** The cluster is declared so: its drills are due as it says, and no others. */
        void arm(Handle transaction, DeclaredCluster cluster);

        /** The cluster is declared no more: none of its drills is due. */
        void disarm(Handle transaction, UUID clusterId);
    }

    @Override
    public String name() {
        return "fleet";
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
        long version = received.event().version();
        Instant at = received.event().time();
        switch ((FleetEvent) received.event().data()) {
            case FleetEvent.ClusterDeclared(var id, var name, var digest, var spec) -> {
                if (fleet.declare(transaction, id, name, version, digest, spec)) {
                    drills.arm(transaction, new DeclaredCluster(id, version, spec));
                }
            }
            case FleetEvent.ClusterChanged(var id, var name, var digest, var spec) -> {
                if (fleet.declare(transaction, id, name, version, digest, spec)) {
                    drills.arm(transaction, new DeclaredCluster(id, version, spec));
                }
            }
            case FleetEvent.ClusterRemoved(var id, var name) -> {
                if (fleet.removeCluster(transaction, id, name, version, at)) {
                    drills.disarm(transaction, id);
                }
            }
            case FleetEvent.RepositoryDeclared(var id, var name, var digest, var spec) ->
                fleet.declare(transaction, id, name, version, spec);
            case FleetEvent.RepositoryChanged(var id, var name, var digest, var spec) ->
                fleet.declare(transaction, id, name, version, spec);
            case FleetEvent.RepositoryRemoved(var id, var name) ->
                fleet.removeRepository(transaction, id, name, version, at);
        }
    }
}
