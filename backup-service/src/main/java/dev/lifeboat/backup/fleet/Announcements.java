package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.schemas.audit.AuditEvent.ActionRecorded;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.FleetEvent.ClusterChanged;
import dev.lifeboat.schemas.fleet.FleetEvent.ClusterDeclared;
import dev.lifeboat.schemas.fleet.FleetEvent.ClusterRemoved;
import dev.lifeboat.schemas.fleet.FleetEvent.RepositoryChanged;
import dev.lifeboat.schemas.fleet.FleetEvent.RepositoryDeclared;
import dev.lifeboat.schemas.fleet.FleetEvent.RepositoryRemoved;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Says what became of a declaration: its state for whoever follows the fleet, and who did it for the auditor. */
@ApplicationScoped
class Announcements {
    private final Outbox outbox;
    private final InstantSource clock;

    Announcements(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Who works on this thread, as events name them. */
    static String actor() {
        return Correlation.current().map(Correlation::actor).orElse("service/backup-service");
    }

    void cluster(Handle transaction, Declared<ClusterSpec> before, Declared<ClusterSpec> now) {
        String key = Keys.cluster(now.name());
        outbox.publish(
                transaction,
                new Publication(
                        key,
                        key,
                        now.id(),
                        now.version(),
                        before == null
                                ? new ClusterDeclared(now.id(), now.name(), now.digest(), now.spec())
                                : new ClusterChanged(now.id(), now.name(), now.digest(), now.spec())));
        audit(transaction, before == null ? "cluster.declared" : "cluster.changed", key, before, now, now.id());
    }

    void clusterRemoved(Handle transaction, Declared<ClusterSpec> before, long version) {
        String key = Keys.cluster(before.name());
        ClusterRemoved removed = new ClusterRemoved(before.id(), before.name());
        outbox.publish(transaction, new Publication(key, key, before.id(), version, removed));
        audit(transaction, "cluster.removed", key, before, null, before.id());
    }

    void repository(Handle transaction, Declared<RepositorySpec> before, Declared<RepositorySpec> now) {
        String key = Keys.repository(now.name());
        outbox.publish(
                transaction,
                new Publication(
                        key,
                        key,
                        null,
                        now.version(),
                        before == null
                                ? new RepositoryDeclared(now.id(), now.name(), now.digest(), now.spec())
                                : new RepositoryChanged(now.id(), now.name(), now.digest(), now.spec())));
        audit(transaction, before == null ? "repository.declared" : "repository.changed", key, before, now, null);
    }

    void repositoryRemoved(Handle transaction, Declared<RepositorySpec> before, long version) {
        String key = Keys.repository(before.name());
        RepositoryRemoved removed = new RepositoryRemoved(before.id(), before.name());
        outbox.publish(transaction, new Publication(key, key, null, version, removed));
        audit(transaction, "repository.removed", key, before, null, null);
    }

    /** Says a present state again, at the version that it has: who knows it ignores it, who lost it learns it. */
    void clusterAgain(Handle transaction, Declared<ClusterSpec> now) {
        String key = Keys.cluster(now.name());
        ClusterChanged state = new ClusterChanged(now.id(), now.name(), now.digest(), now.spec());
        outbox.publish(transaction, new Publication(key, key, now.id(), now.version(), state));
    }

    /** As {@link #clusterAgain}. */
    void repositoryAgain(Handle transaction, Declared<RepositorySpec> now) {
        String key = Keys.repository(now.name());
        RepositoryChanged state = new RepositoryChanged(now.id(), now.name(), now.digest(), now.spec());
        outbox.publish(transaction, new Publication(key, key, null, now.version(), state));
    }

    private void audit(
            Handle transaction, String action, String object, Declared<?> before, Declared<?> now, UUID clusterId) {
        ActionRecorded recorded = new ActionRecorded(
                actor(),
                action,
                object,
                before == null ? null : before.digest(),
                now == null ? null : now.digest(),
                "done",
                null,
                clock.instant());
        long version = now == null ? before.version() + 1 : now.version();
        outbox.publish(transaction, new Publication(object, object, clusterId, version, recorded));
    }
}
