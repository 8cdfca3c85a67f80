package dev.lifeboat.restore.run;

import dev.lifeboat.restore.archive.ArchiveIsolation;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.restore.plan.HostFacts;
import dev.lifeboat.restore.pointintime.ArchiveEnd;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * One way of bringing a backup back. Laws: {@link #restore} works in the sandbox's folder alone; when it returns, the
 * server is up, the one role can connect, and a write was committed on it; what it throws is {@code DoesNotRestore} when
 * the backup is at fault. It calls {@link Course#check} often, and lets pass what that throws.
 */
public interface RestoreMethod {

    /** {@code dump}, {@code physical} or {@code pgbackrest}. */
    String name();

    /** Restores; long. */
    Restored restore(Job job, Course course) throws Exception;

    /** The part of the repository that is watched while the recovery goes on, and what its keys mean. */
    Watched watched(BackupManifest manifest);

    /**
     * How far the archive goes that a backup's server writes its WAL to; changes nothing there.
     *
     * @throws NotCarriedOut if there is no such archive, or the timeline is not in it
     */
    default ArchiveEnd archiveEnd(ArchiveQuestion question) throws InterruptedException {
        throw NotCarriedOut.forGood(new Failure(
                "method.no-wal",
                "A backup of this method shows its own moment and no other.",
                "a method with WAL",
                name(),
                "Name a backup of another method, or none."));
    }

    /**
     * Of which archive.
     *
     * @param inventory null when the backup has none
     * @param scratch a folder to work in
     * @param timeline null for the newest
     */
    record ArchiveQuestion(
            BackupManifest manifest,
            Inventory inventory,
            DeclaredRepository repository,
            BackupReader reader,
            Sandbox scratch,
            Integer timeline) {}

    /** A prefix, and the meaning of the keys below it to whoever knows what lay there before. */
    record Watched(String prefix, Function<ArchiveListing, ArchiveIsolation.Scope> scope) {}

    /**
     * What is to be done.
     *
     * @param inventory null when the backup has none
     * @param aim what shall be reached; null for what simply restores the backup
     */
    record Job(
            Recovery recovery,
            BackupManifest manifest,
            Inventory inventory,
            DeclaredRepository repository,
            BackupReader reader,
            HostFacts host,
            Sandbox sandbox,
            Aim aim) {}

    /**
     * What came up.
     *
     * @param databases that shall be checked
     * @param remarks what the tools complained about without meaning anything by it
     */
    record Restored(
            Reached reached, Recovered recovered, Instant firstWriteAt, List<String> databases, List<String> remarks) {}
}
