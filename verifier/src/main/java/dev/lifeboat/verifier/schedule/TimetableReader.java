package dev.lifeboat.verifier.schedule;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.events.SeenVersions;
import dev.lifeboat.platform.schedule.Schedule;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.schedule.Timetable.Span;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Keeps the history of schedules, from what was declared when. */
@ApplicationScoped
class TimetableReader implements EventConsumer {
    static final String NAME = "verifier-timetable";

    private final MissedRunFindings findings;

    TimetableReader(MissedRunFindings findings) {
        this.findings = findings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(EventType.CLUSTER_DECLARED, EventType.CLUSTER_CHANGED, EventType.CLUSTER_REMOVED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        FleetEvent event = (FleetEvent) received.event().data();
        Instant at = received.event().time();
        long version = received.event().version();
        switch (event) {
            case FleetEvent.ClusterDeclared it ->
                declared(transaction, it.clusterId(), it.name(), it.spec(), version, at);
            case FleetEvent.ClusterChanged it ->
                declared(transaction, it.clusterId(), it.name(), it.spec(), version, at);
            case FleetEvent.ClusterRemoved it -> {
                if (SeenVersions.advance(transaction, name(), "cluster/" + it.clusterId(), version)) {
                    change(transaction, it.clusterId(), it.name(), Map.of(), at);
                }
            }
            default -> throw new IllegalArgumentException("no such event is asked for: " + event.getClass());
        }
    }

    private void declared(Handle transaction, UUID clusterId, String name, ClusterSpec spec, long version, Instant at) {
        if (!SeenVersions.advance(transaction, name(), "cluster/" + clusterId, version)) {
            return;
        }
        // Compaction may have eaten the removal of the cluster that had this name before.
        for (UUID before : ScheduleTables.namesakes(transaction, name, clusterId)) {
            change(transaction, before, name, Map.of(), at);
        }
        change(transaction, clusterId, name, wanted(clusterId, spec, at), at);
    }

    private void change(Handle transaction, UUID clusterId, String cluster, Map<PolicyKey, Span> wanted, Instant at) {
        Map<PolicyKey, Span> open = ScheduleTables.open(transaction, clusterId);
        open.forEach((key, span) -> {
            Span next = wanted.get(key);
            if (next == null || !sameMoments(span, next)) {
                ScheduleTables.lock(transaction, key);
                ScheduleTables.end(transaction, key, at);
            }
            if (next == null) {
                findings.withdrawn(transaction, key, cluster);
            }
        });
        wanted.forEach((key, span) -> {
            if (!open.containsKey(key) || !sameMoments(open.get(key), span)) {
                ScheduleTables.begin(transaction, key, cluster, span);
            }
        });
    }

    private static boolean sameMoments(Span one, Span other) {
        return one.cron().equals(other.cron())
                && one.zone().equals(other.zone())
                && one.jitter().equals(other.jitter());
    }

    /** The policies that have a schedule. */
    static Map<PolicyKey, Span> wanted(UUID clusterId, ClusterSpec spec, Instant at) {
        Map<PolicyKey, Span> wanted = new HashMap<>();
        or(spec.backups()).stream()
                .filter(policy -> policy.schedule() != null)
                .forEach(policy -> wanted.put(
                        new PolicyKey(clusterId, Kind.BACKUP, policy.name()),
                        span(at, policy.schedule(), policy.timeZone(), policy.jitter())));
        or(spec.drills()).stream()
                .filter(policy -> policy.schedule() != null)
                .forEach(policy -> wanted.put(
                        new PolicyKey(clusterId, Kind.DRILL, policy.name()),
                        span(at, policy.schedule(), policy.timeZone(), policy.jitter())));
        return wanted;
    }

    /** Fails where it is no schedule: such an event is put aside, and nothing is judged about its cluster. */
    private static Span span(Instant at, String cron, String timeZone, Duration jitter) {
        ZoneId zone = ZoneId.of(timeZone == null ? "UTC" : timeZone);
        Schedule unused = Schedule.of(cron, zone);
        return new Span(at, Optional.empty(), cron, zone, jitter == null ? Duration.ZERO : jitter);
    }

    private static <T> List<T> or(List<T> list) {
        return list == null ? List.of() : list;
    }
}
