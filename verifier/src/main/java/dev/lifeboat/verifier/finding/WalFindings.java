package dev.lifeboat.verifier.finding;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.events.SeenVersions;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.wal.WalEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * WAL that does not get into the store, is missing there, or fills its server's disk, is a finding for as long as it is so:
 * each of them makes a recovery worse than it was promised.
 */
@ApplicationScoped
class WalFindings implements EventConsumer {
    private static final String STALLED = "wal.stalled";
    private static final String GAP = "wal.gap";
    private static final String RETAINED = "wal.retained-on-server";

    private static final String WARNING = "warning";
    private static final String CRITICAL = "critical";

    private final Findings findings;

    WalFindings(Findings findings) {
        this.findings = findings;
    }

    @Override
    public String name() {
        return "verifier-wal-findings";
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(
                EventType.WAL_STALLED,
                EventType.WAL_RESUMED,
                EventType.WAL_GAP_FOUND,
                EventType.WAL_GAP_CLOSED,
                EventType.WAL_SLOT_GUARDED,
                EventType.CLUSTER_REMOVED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        var event = received.event();
        if (!SeenVersions.advance(transaction, name(), event.subject(), event.version())) {
            return;
        }
        UUID clusterId = event.clusterid();
        switch (event.data()) {
            case WalEvent.ShippingStalled it -> stalled(transaction, clusterId, it);
            case WalEvent.ShippingResumed it -> {
                close(transaction, stalled(clusterId, it.cluster(), it.repository(), WARNING), "WAL is stored again.");
                close(transaction, stalled(clusterId, it.cluster(), it.repository(), CRITICAL), "WAL is stored again.");
            }
            case WalEvent.GapFound it -> gap(transaction, clusterId, it);
            case WalEvent.GapClosed it ->
                close(transaction, gap(clusterId, it.gapId(), it.cluster(), it.repository()), it.reason());
            case WalEvent.SlotGuarded it -> guarded(transaction, clusterId, it);
            case FleetEvent.ClusterRemoved it -> removed(transaction, it);
            default -> throw new IllegalArgumentException("no such event is asked for: " + event.type());
        }
    }

    private void stalled(Handle transaction, UUID clusterId, WalEvent.ShippingStalled it) {
        String severity = it.blocked() ? CRITICAL : WARNING;
        close(
                transaction,
                stalled(clusterId, it.cluster(), it.repository(), other(severity)),
                "It is " + severity + " now.");
        findings.raise(
                transaction,
                stalled(clusterId, it.cluster(), it.repository(), severity),
                null,
                words(
                        "WAL of " + it.cluster() + " does not get into " + it.repository() + ": "
                                + it.failure().message(),
                        it.failure().hint()));
    }

    private void gap(Handle transaction, UUID clusterId, WalEvent.GapFound it) {
        findings.raise(
                transaction,
                gap(clusterId, it.gapId(), it.cluster(), it.repository()),
                null,
                words(it.message(), it.hint()));
    }

    private void guarded(Handle transaction, UUID clusterId, WalEvent.SlotGuarded it) {
        // What was given up keeps nothing any more; what it cost is a gap.
        for (String severity : List.of(WARNING, CRITICAL)) {
            Findings.Subject subject = retained(clusterId, it.cluster(), severity);
            if (severity.equals(it.level())) {
                findings.raise(transaction, subject, null, words(it.message(), it.hint()));
            } else {
                close(transaction, subject, it.message());
            }
        }
    }

    /** Nobody asks any more whether its WAL gets into the store. What is missing there stays missing. */
    private void removed(Handle transaction, FleetEvent.ClusterRemoved it) {
        transaction
                .createQuery(
                        "select code, repository, severity from finding where cluster_id = :id and closed_at is null"
                                + " and code in (:stalled, :retained)")
                .bind("id", it.clusterId())
                .bind("stalled", STALLED)
                .bind("retained", RETAINED)
                .map((row, context) -> row.getString("code").equals(STALLED)
                        ? stalled(it.clusterId(), it.name(), row.getString("repository"), row.getString("severity"))
                        : retained(it.clusterId(), it.name(), row.getString("severity")))
                .list()
                .forEach(subject -> close(transaction, subject, "The cluster is no longer declared."));
    }

    private void close(Handle transaction, Findings.Subject subject, String reason) {
        findings.close(transaction, subject, Optional.empty(), reason);
    }

    private static Findings.Subject stalled(UUID clusterId, String cluster, String repository, String severity) {
        return new Findings.Subject(
                STALLED + "/" + severity + "/" + clusterId + "/" + repository,
                STALLED,
                severity,
                clusterId,
                cluster,
                repository,
                null);
    }

    private static Findings.Subject gap(UUID clusterId, UUID gapId, String cluster, String repository) {
        return new Findings.Subject(GAP + "/" + gapId, GAP, CRITICAL, clusterId, cluster, repository, null);
    }

    private static Findings.Subject retained(UUID clusterId, String cluster, String severity) {
        return new Findings.Subject(
                RETAINED + "/" + severity + "/" + clusterId, RETAINED, severity, clusterId, cluster, null, null);
    }

    private static String other(String severity) {
        return severity.equals(WARNING) ? CRITICAL : WARNING;
    }

    private static Findings.Words words(String message, String hint) {
        return new Findings.Words() {
            @Override
            public String message(int times) {
                return message;
            }

            @Override
            public String hint() {
                return hint;
            }
        };
    }
}
