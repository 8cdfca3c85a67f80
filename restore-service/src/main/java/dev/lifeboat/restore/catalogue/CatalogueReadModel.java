package dev.lifeboat.restore.catalogue;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.event.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Takes what backup-service says about backups. In whatever order it comes: expired stays expired. */
@ApplicationScoped
public class CatalogueReadModel implements EventConsumer {
    private final Catalogue catalogue;

    CatalogueReadModel(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public String name() {
        return "catalogue";
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(EventType.BACKUP_COMPLETED, EventType.BACKUP_EXPIRED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        UUID clusterId = received.event().clusterid();
        long version = received.event().version();
        switch (received.event().data()) {
            case BackupEvent.BackupCompleted completed ->
                catalogue.complete(transaction, clusterId, version, completed);
            case BackupEvent.BackupExpired(var id, var cluster, var method, var repository, var at, var reason) ->
                catalogue.expire(transaction, clusterId, version, id, cluster, method, repository, at);
            default ->
                throw new IllegalArgumentException(
                        "not asked for: " + received.event().type());
        }
    }
}
