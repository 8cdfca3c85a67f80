package dev.lifeboat.backup.marker;

import dev.lifeboat.backup.fleet.DeclarationListener;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.time.Ids;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Has each declared cluster's markers written by one operation: a new one with each change of the declaration, which begins
 * when the one before has noticed that it is not meant any more.
 */
@ApplicationScoped
class MarkersWanted implements DeclarationListener {
    private static final Logger LOG = Logger.getLogger(MarkersWanted.class);

    private final Database database;
    private final Fleet fleet;
    private final Operations operations;
    private final Ids ids;
    private final boolean enabled;

    MarkersWanted(
            Database database,
            Fleet fleet,
            Operations operations,
            Ids ids,
            @ConfigProperty(name = "lifeboat.markers.enabled", defaultValue = "true") boolean enabled) {
        this.database = database;
        this.fleet = fleet;
        this.operations = operations;
        this.ids = ids;
        this.enabled = enabled;
    }

    @Override
    public void declared(Handle transaction, Optional<DeclaredCluster> before, DeclaredCluster now) {
        if (wanted(now)) {
            begin(transaction, now);
        } else {
            MarkerWriters.assign(transaction, now.id(), now.spec().name(), null);
        }
    }

    @Override
    public void removed(Handle transaction, DeclaredCluster before) {
        MarkerWriters.assign(transaction, before.id(), before.spec().name(), null);
    }

    /** For what was declared before there were markers, or while they were switched off here. */
    void start(@Observes StartupEvent event) {
        try {
            database.useTransaction(tx -> fleet.clusters(tx).forEach(cluster -> catchUp(tx, cluster)));
        } catch (RuntimeException e) {
            LOG.warnf("markers begin with the next start, or with a new declaration: %s", e.getMessage());
        }
    }

    private void catchUp(Handle transaction, DeclaredCluster cluster) {
        boolean assigned = MarkerWriters.find(transaction, cluster.id())
                .filter(row -> row.operation() != null)
                .isPresent();
        if (wanted(cluster) && !assigned) {
            begin(transaction, cluster);
        } else if (!wanted(cluster) && assigned) {
            MarkerWriters.assign(transaction, cluster.id(), cluster.spec().name(), null);
        }
    }

    private boolean wanted(DeclaredCluster cluster) {
        return enabled && cluster.spec().writesMarkers();
    }

    private void begin(Handle transaction, DeclaredCluster cluster) {
        UUID operation = ids.next();
        String name = cluster.spec().name();
        MarkerWriters.assign(transaction, cluster.id(), name, operation);
        operations.submit(transaction, new Operations.Request(operation, MarkerOperation.KIND, name, null));
    }
}
