package dev.lifeboat.backup.window;

import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.window.GapLedger.Change;
import dev.lifeboat.backup.window.GapLedger.Recorded;
import dev.lifeboat.backup.window.RepositoryWindow.Known;
import dev.lifeboat.backup.window.ServerLook.ServerWal;
import dev.lifeboat.backup.window.WindowView.NewestView;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.wal.WalEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Writes down what was found in the stores, and tells of gaps and of archiving that stalls: each once. */
@ApplicationScoped
class WindowAudit {
    private final AuditRecords records;
    private final Outbox outbox;
    private final WindowSettings settings;
    private final InstantSource clock;

    WindowAudit(AuditRecords records, Outbox outbox, WindowSettings settings, InstantSource clock) {
        this.records = records;
        this.outbox = outbox;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Records one repository's window.
     *
     * @param server what the server said; empty when it was not asked, or did not answer
     * @return whether a gap was seen that is too young to be told
     */
    boolean record(Handle transaction, DeclaredCluster cluster, RepositoryWindow window, Optional<ServerWal> server) {
        Instant now = clock.instant();
        Place place = Place.of(window);
        String name = cluster.spec().name();
        if (window.known().isEmpty()) {
            records.audited(
                    transaction,
                    cluster.id(),
                    name,
                    place,
                    now,
                    window.failure(),
                    Optional.empty(),
                    0,
                    Optional.empty());
            return false;
        }
        Known known = window.known().get();
        known.wal().ends().forEach((timeline, end) -> records.reached(transaction, cluster.id(), place, timeline, end));
        Optional<NewestView> newest = new WindowViews(window, now, Optional.empty()).newest();
        Optional<Lsn> stored = server.flatMap(its -> known.storedEnd(its.timeline()));
        records.audited(
                transaction,
                cluster.id(),
                name,
                place,
                now,
                Optional.empty(),
                newest,
                known.window().gaps().size(),
                server.flatMap(its -> ArchiveWatch.lag(its, stored)));
        server.filter(its -> window.method().equals(WalSource.PGBACKREST))
                .ifPresent(its -> watch(transaction, cluster, window.repository(), its, stored, now));
        return gaps(transaction, cluster, place, known, now);
    }

    private boolean gaps(Handle transaction, DeclaredCluster cluster, Place place, Known known, Instant now) {
        Map<UUID, Recorded> recorded = records.gaps(transaction, cluster.id(), place);
        List<Change> changes = GapLedger.decide(
                recorded, known.window().gaps(), gap -> place.gapId(cluster.id(), gap), now, settings.gapGrace());
        String name = cluster.spec().name();
        for (Change change : changes) {
            switch (change) {
                case Change.Seen seen ->
                    records.seen(transaction, cluster.id(), name, place, seen.id(), seen.gap(), now);
                case Change.Changed changed -> records.changed(transaction, changed.id(), changed.gap());
                case Change.Told told ->
                    tell(
                            transaction,
                            cluster,
                            "wal-gap/" + told.id(),
                            records.told(transaction, told.id(), now),
                            GapStory.found(told.id(), name, place.repository(), told.gap(), now));
                case Change.Gone gone -> {
                    long version = records.closed(transaction, gone.id(), now);
                    if (gone.gap().told()) {
                        boolean filled = known.wal()
                                .holds(gone.gap().timeline(), gone.gap().span());
                        tell(
                                transaction,
                                cluster,
                                "wal-gap/" + gone.id(),
                                version,
                                GapStory.closed(gone.gap(), name, place.repository(), filled, now));
                    }
                }
            }
        }
        return GapLedger.waits(recorded, changes);
    }

    private void watch(
            Handle transaction,
            DeclaredCluster cluster,
            String repository,
            ServerWal server,
            Optional<Lsn> stored,
            Instant now) {
        Optional<Failure> stalled = server.inRecovery()
                ? Optional.empty()
                : ArchiveWatch.stalled(server, stored, now, settings.archivePatience());
        Optional<Instant> since = records.stalledSince(transaction, cluster.id(), repository);
        if (stalled.isPresent() == since.isPresent()) {
            return;
        }
        String name = cluster.spec().name();
        long version = records.archiving(transaction, cluster.id(), name, repository, stalled.map(why -> now), stalled);
        String lsn = stored.map(Lsn::toString).orElse(null);
        tell(
                transaction,
                cluster,
                "wal-archiving/" + cluster.id() + "/" + repository,
                version,
                stalled.isPresent()
                        ? new WalEvent.ShippingStalled(name, repository, false, lsn, now, stalled.get())
                        : new WalEvent.ShippingResumed(name, repository, lsn, since.orElseThrow(), now));
    }

    private void tell(Handle transaction, DeclaredCluster cluster, String subject, long version, EventData said) {
        outbox.publish(
                transaction,
                new Publication(Keys.cluster(cluster.spec().name()), subject, cluster.id(), version, said));
    }
}
