package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.time.Instant;
import java.util.List;

/**
 * What a completed backup is, as catalogue and event tell it; the manifest in the bucket says more.
 *
 * @param type what it became: an incremental one without a full before it is full; null for a dump
 * @param databaseBytes size of what was backed up, as the server counts it
 * @param storedBytes size of all objects in the repository
 * @param databases that a dump holds
 * @param snapshotAt the moment that a dump shows (of several databases: the earliest)
 * @param label of a pgBackRest set, and {@code priorLabels} what it depends on, oldest first
 * @param omissions what the tools said that they left out
 * @param adopted the stanza that it was found in; null for what Lifeboat took itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Outcome(
        String type,
        Long databaseBytes,
        Long storedBytes,
        List<String> databases,
        Instant snapshotAt,
        String label,
        List<String> priorLabels,
        String startLsn,
        String stopLsn,
        Integer timeline,
        String systemIdentifier,
        ObjectRef manifest,
        ObjectRef inventory,
        List<String> omissions,
        Stanza adopted) {

    /**
     * A stanza that is not Lifeboat's.
     *
     * @param path of pgBackRest's tree, the repository's own prefix left out
     */
    public record Stanza(String stanza, String path) {}

    /** Of what Lifeboat took itself. */
    public Outcome(
            String type,
            Long databaseBytes,
            Long storedBytes,
            List<String> databases,
            Instant snapshotAt,
            String label,
            List<String> priorLabels,
            String startLsn,
            String stopLsn,
            Integer timeline,
            String systemIdentifier,
            ObjectRef manifest,
            ObjectRef inventory,
            List<String> omissions) {
        this(
                type,
                databaseBytes,
                storedBytes,
                databases,
                snapshotAt,
                label,
                priorLabels,
                startLsn,
                stopLsn,
                timeline,
                systemIdentifier,
                manifest,
                inventory,
                omissions,
                null);
    }

    /** The same, found in a stanza. */
    public Outcome adoptedFrom(Stanza stanza) {
        return new Outcome(
                type,
                databaseBytes,
                storedBytes,
                databases,
                snapshotAt,
                label,
                priorLabels,
                startLsn,
                stopLsn,
                timeline,
                systemIdentifier,
                manifest,
                inventory,
                omissions,
                stanza);
    }

    /** What a method took. */
    public static Outcome of(BackupMethod.Taken taken) {
        BackupManifest manifest = taken.manifest();
        BackupManifest.PgBackRestSet set = manifest.pgbackrest();
        BackupManifest.PhysicalSet files = manifest.physical();
        return new Outcome(
                manifest.type(),
                taken.databaseBytes(),
                taken.storedBytes(),
                manifest.databases() == null
                        ? null
                        : manifest.databases().stream()
                                .map(BackupManifest.DatabaseDump::name)
                                .toList(),
                manifest.snapshotAt(),
                set == null ? null : set.label(),
                set == null ? null : set.priorLabels(),
                set != null ? set.startLsn() : files != null ? files.startLsn() : null,
                set != null ? set.stopLsn() : files != null ? files.stopLsn() : null,
                set != null ? set.timeline() : files != null ? files.timeline() : null,
                manifest.systemIdentifier(),
                taken.manifestObject(),
                manifest.inventory(),
                taken.omissions());
    }
}
