package dev.lifeboat.schemas.event;

import dev.lifeboat.schemas.audit.AuditEvent;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.backup.RestorePointCreated;
import dev.lifeboat.schemas.finding.FindingEvent;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.recovery.RecoveryEvent;
import dev.lifeboat.schemas.verification.VerificationEvent;
import dev.lifeboat.schemas.wal.WalEvent;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every event that is spoken: its name on the wire, its record, its topic, its schema. */
public enum EventType {
    CLUSTER_DECLARED("cluster.declared.v1", FleetEvent.ClusterDeclared.class, Topic.FLEET),
    CLUSTER_CHANGED("cluster.changed.v1", FleetEvent.ClusterChanged.class, Topic.FLEET),
    CLUSTER_REMOVED("cluster.removed.v1", FleetEvent.ClusterRemoved.class, Topic.FLEET),
    REPOSITORY_DECLARED("repository.declared.v1", FleetEvent.RepositoryDeclared.class, Topic.FLEET),
    REPOSITORY_CHANGED("repository.changed.v1", FleetEvent.RepositoryChanged.class, Topic.FLEET),
    REPOSITORY_REMOVED("repository.removed.v1", FleetEvent.RepositoryRemoved.class, Topic.FLEET),
    BACKUP_REQUESTED("backup.requested.v1", BackupEvent.BackupRequested.class, Topic.BACKUPS),
    BACKUP_STARTED("backup.started.v1", BackupEvent.BackupStarted.class, Topic.BACKUPS),
    BACKUP_COMPLETED("backup.completed.v1", BackupEvent.BackupCompleted.class, Topic.BACKUPS),
    BACKUP_FAILED("backup.failed.v1", BackupEvent.BackupFailed.class, Topic.BACKUPS),
    BACKUP_SKIPPED("backup.skipped.v1", BackupEvent.BackupSkipped.class, Topic.BACKUPS),
    BACKUP_EXPIRED("backup.expired.v1", BackupEvent.BackupExpired.class, Topic.BACKUPS),
    RESTORE_POINT_CREATED("restore-point.created.v1", RestorePointCreated.class, Topic.BACKUPS),
    WAL_STORED("wal.stored.v1", WalEvent.WalStored.class, Topic.WAL),
    WAL_GAP_FOUND("wal.gap-found.v1", WalEvent.GapFound.class, Topic.WAL),
    WAL_GAP_CLOSED("wal.gap-closed.v1", WalEvent.GapClosed.class, Topic.WAL),
    WAL_TIMELINE_SWITCHED("wal.timeline-switched.v1", WalEvent.TimelineSwitched.class, Topic.WAL),
    WAL_STALLED("wal.stalled.v1", WalEvent.ShippingStalled.class, Topic.WAL),
    WAL_RESUMED("wal.resumed.v1", WalEvent.ShippingResumed.class, Topic.WAL),
    WAL_SLOT_GUARDED("wal.slot-guarded.v1", WalEvent.SlotGuarded.class, Topic.WAL),
    RECOVERY_REQUESTED("recovery.requested.v1", RecoveryEvent.RecoveryRequested.class, Topic.RECOVERIES),
    RECOVERY_SKIPPED("recovery.skipped.v1", RecoveryEvent.RecoverySkipped.class, Topic.RECOVERIES),
    SANDBOX_READY("sandbox.ready.v1", RecoveryEvent.SandboxReady.class, Topic.RECOVERIES),
    RECOVERY_ENDED("recovery.ended.v1", RecoveryEvent.RecoveryEnded.class, Topic.RECOVERIES),
    CHECKS_COMPLETED("checks.completed.v1", VerificationEvent.ChecksCompleted.class, Topic.VERIFICATIONS),
    VERDICT_RECORDED("verdict.recorded.v1", VerificationEvent.VerdictRecorded.class, Topic.VERIFICATIONS),
    FINDING_RAISED("finding.raised.v1", FindingEvent.FindingRaised.class, Topic.FINDINGS),
    FINDING_CHANGED("finding.changed.v1", FindingEvent.FindingChanged.class, Topic.FINDINGS),
    FINDING_CLOSED("finding.closed.v1", FindingEvent.FindingClosed.class, Topic.FINDINGS),
    ACTION_RECORDED("action.recorded.v1", AuditEvent.ActionRecorded.class, Topic.AUDIT);

    private static final String PREFIX = "dev.lifeboat.";
    private static final Map<String, EventType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::typeName, Function.identity()));
    private static final Map<Class<?>, EventType> BY_RECORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::record, Function.identity()));

    private final String shortName;
    private final Class<? extends EventData> dataRecord;
    private final Topic topic;

    EventType(String shortName, Class<? extends EventData> dataRecord, Topic topic) {
        this.shortName = shortName;
        this.dataRecord = dataRecord;
        this.topic = topic;
    }

    /** The CloudEvents {@code type}, e.g. {@code dev.lifeboat.backup.completed.v1}. */
    public String typeName() {
        return PREFIX + shortName;
    }

    /** The record of {@code data}. */
    public Class<? extends EventData> record() {
        return dataRecord;
    }

    /** Where it is said. */
    public Topic topic() {
        return topic;
    }

    /** The file name of its JSON Schema, e.g. {@code backup-completed-v1.json}; also its resource under {@code /schemas}. */
    public String schemaFile() {
        return shortName.replace('.', '-') + ".json";
    }

    /** The {@code dataschema} of the envelope. */
    public String dataSchema() {
        return "https://lifeboat.dev/schemas/" + schemaFile();
    }

    /** The type of that name; empty when this version does not know it, which is no error: it is kept and replayed. */
    public static Optional<EventType> named(String typeName) {
        return Optional.ofNullable(BY_NAME.get(typeName));
    }

    /** The type by which a record goes. */
    public static EventType of(EventData data) {
        return BY_RECORD.get(data.getClass());
    }
}
