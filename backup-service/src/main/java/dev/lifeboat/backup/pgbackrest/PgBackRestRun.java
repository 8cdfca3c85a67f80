package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ClusterDescription;
import dev.lifeboat.backup.pgbackrest.ClusterArchive.Ready;
import dev.lifeboat.backup.pgbackrest.SetManifests.Published;
import dev.lifeboat.backup.pgbackrest.SetManifests.StoredInventory;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestInfo;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One attempt at one backup, by the owner of one epoch. Reads as what it does, in order. */
final class PgBackRestRun {
    /** The store's clock and ours may differ; whoever uploaded there is gone when this is used. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    /** So long may a request take to reach the store after whoever sent it has ended. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

    private static final int MOST_LOOKS = 10;

    private final Job job;
    private final OperationContext context;
    private final ObjectStore store;
    private final ProcessRunner runner;
    private final InstantSource clock;
    private final SetKeys keys;
    private final SetManifests manifests;
    private final List<String> omissions = new ArrayList<>();

    PgBackRestRun(
            Job job,
            OperationContext context,
            ObjectStore store,
            ProcessRunner runner,
            SetManifests manifests,
            InstantSource clock) {
        this.job = job;
        this.context = context;
        this.store = store;
        this.runner = runner;
        this.clock = clock;
        this.keys = SetKeys.of(job);
        this.manifests = manifests;
    }

    Taken take(ClusterArchive archive) throws InterruptedException, IOException {
        context.progress(new Progress("preparing", 0, 0));
        Ready ready = archive.ready(job.cluster(), job.repository());
        context.check();
        Optional<Taken> earlier = ofEarlierAttempts(ready);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        backUp(ready);
        context.check();
        PgBackRestInfo info = ready.tool().info();
        if (context.attempt() > 1 && !info.locked()) {
            // Workers of a tool that was ended outlive it for a moment, and may have begun something since.
            clearUploads();
        }
        PgBackRestInfo.Set set =
                info.annotated(PgBackRest.BACKUP_ID, backupId()).orElseThrow(this::notListed);
        return complete(ready, info, set);
    }

    /** A set that an earlier attempt finished is the backup; what one left unfinished is cleared away. */
    private Optional<Taken> ofEarlierAttempts(Ready ready) throws InterruptedException, IOException {
        if (context.attempt() <= 1) {
            return Optional.empty();
        }
        StaleRun.end(job.backupId());
        PgBackRestInfo info = ready.tool().info();
        Optional<Published> published = manifests.earlier();
        if (published.isPresent()) {
            Optional<PgBackRestInfo.Set> set =
                    info.set(published.get().manifest().pgbackrest().label());
            if (set.isPresent()) {
                return Optional.of(taken(set.get(), published.get()));
            }
            // Published by an owner that had been replaced, after its set was removed: it does not count.
            manifests.remove();
        }
        Optional<PgBackRestInfo.Set> set = info.annotated(PgBackRest.BACKUP_ID, backupId());
        if (set.isPresent()) {
            return Optional.of(complete(ready, info, set.get()));
        }
        if (!info.locked()) {
            clearUploads();
        }
        return Optional.empty();
    }

    private void backUp(Ready ready) throws InterruptedException {
        BackupLog log = new BackupLog(ready.facts().databaseBytes());
        List<String> options = List.of(
                "--type=" + BackupType.option(job.policy().type()),
                "--process-max=" + job.policy().jobs(),
                StaleRun.annotation(job.backupId()),
                "--log-level-console=detail");
        try (FollowedProcess process =
                FollowedProcess.start(runner, ready.tool().command("backup", options), log)) {
            ready.tool().succeeded("backup", process.await(context));
        } catch (PgBackRestException failed) {
            if (failed.fault().code().equals("pgbackrest.stanza-missing")
                    || failed.fault().code().equals("pgbackrest.archive-timeout")) {
                // What was checked once does not hold any more: the next attempt makes and checks it anew.
                ready.host().forget(job.repository().spec().name());
            }
            if (!failed.fault().code().equals("pgbackrest.locked")) {
                clearUploads(failed);
            }
            throw failed;
        } catch (LeaseLost replaced) {
            throw replaced;
        } catch (RuntimeException stopped) {
            clearUploads(stopped);
            throw stopped;
        }
        omissions.addAll(log.warnings());
        omissions.addAll(ready.elsewhere());
    }

    private Taken complete(Ready ready, PgBackRestInfo info, PgBackRestInfo.Set set) throws IOException {
        context.progress(new Progress("describing", set.databaseBytes(), set.databaseBytes()));
        if (set.damagedPages() && omissions.stream().noneMatch(said -> said.contains("checksum"))) {
            omissions.add("pages with a wrong checksum were found in the server's files");
        }
        Inventory inventory = ready.server().inventory(clock, omissions);
        context.check();
        StoredInventory stored = manifests.inventory(inventory);
        PgBackRestInfo.Incarnation source = info.incarnation(set).orElseThrow(this::notListed);
        manifests.describe(new ClusterDescription(
                ClusterDescription.FORMAT_VERSION,
                job.cluster().id(),
                job.cluster().spec().name(),
                job.cluster().version(),
                job.cluster().spec(),
                source.systemIdentifier(),
                clock.instant()));
        context.check();
        return taken(
                set,
                manifests.publish(
                        manifest(info, set, source, stored, ready.server().clock(clock))));
    }

    private BackupManifest manifest(
            PgBackRestInfo info,
            PgBackRestInfo.Set set,
            PgBackRestInfo.Incarnation source,
            StoredInventory inventory,
            ClockOffset sourceClock) {
        return new BackupManifest(
                BackupManifest.FORMAT_VERSION,
                job.backupId(),
                job.cluster().id(),
                job.cluster().spec().name(),
                PgBackRestMethod.NAME,
                BackupType.of(set),
                source.systemIdentifier(),
                inventory.inventory().serverVersion(),
                inventory.inventory().serverVersionNum() / 10_000,
                set.startedAt(),
                set.completedAt(),
                null,
                null,
                null,
                null,
                new BackupManifest.PgBackRestSet(
                        job.cluster().spec().name(),
                        keys.repository(),
                        set.label(),
                        info.chain(set),
                        job.repository().spec().encryption() != null,
                        set.startWal(),
                        set.stopWal(),
                        set.startLsn(),
                        set.stopLsn(),
                        set.timeline(),
                        set.toolVersion()),
                inventory.object(),
                null,
                List.copyOf(omissions),
                sourceClock);
    }

    private static Taken taken(PgBackRestInfo.Set set, Published published) {
        Long inventoryBytes = published.manifest().inventory().bytes();
        Long manifestBytes = published.object().bytes();
        return new Taken(
                published.manifest(),
                published.object(),
                set.databaseBytes(),
                set.storedBytes().isPresent()
                        ? (Long) (set.storedBytes().getAsLong() + inventoryBytes + manifestBytes)
                        : null,
                published.manifest().omissions());
    }

    /**
     * Uploads of a tool that was ended stay begun for ever; that tool was the only one that wrote there. A request of it may
     * still have been on its way: it is looked again until nothing is new.
     */
    private void clearUploads() {
        store.abortStaleUploads(keys.sets(), clock.instant().plus(CLOCKS_DIFFER));
        int looks = 0;
        do {
            LockSupport.parkNanos(ON_ITS_WAY.toNanos());
            looks++;
        } while (store.abortStaleUploads(keys.sets(), clock.instant().plus(CLOCKS_DIFFER)) > 0 && looks < MOST_LOOKS);
    }

    private void clearUploads(RuntimeException cause) {
        try {
            clearUploads();
        } catch (RuntimeException left) {
            // The next attempt or the cleanup does it.
            cause.addSuppressed(left);
        }
    }

    private String backupId() {
        return job.backupId().toString();
    }

    private PgBackRestException notListed() {
        return Refusal.passing(new Failure(
                "pgbackrest.set-not-listed",
                "pgBackRest ended well, and its repository does not list the backup.",
                "a set with the annotation " + PgBackRest.BACKUP_ID + "=" + backupId(),
                "none",
                "It is tried again. Did somebody expire it at once?"));
    }
}
