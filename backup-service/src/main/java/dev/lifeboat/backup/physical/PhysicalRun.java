package dev.lifeboat.backup.physical;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ClusterDescription;
import dev.lifeboat.backup.backup.EpochManifests;
import dev.lifeboat.backup.backup.Together;
import dev.lifeboat.backup.replication.BaseBackupResult;
import dev.lifeboat.backup.replication.ReplicationConnection;
import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.wal.WalCodec;
import dev.lifeboat.backup.wal.WalStore;
import dev.lifeboat.platform.basebackup.ArrivedFiles;
import dev.lifeboat.platform.basebackup.ServerManifest;
import dev.lifeboat.platform.basebackup.ServerManifest.WalRange;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalArchive;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalSet;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.fleet.ClusterSpec.WalSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** One attempt at one physical backup, by the owner of one epoch. Reads as what it does, in order. */
final class PhysicalRun {
    private static final String COMPRESSION = "zstd";

    private final Job job;
    private final OperationContext context;
    private final ObjectStore store;
    private final SourceServer source;
    private final PhysicalConfig config;
    private final InstantSource clock;
    private final PhysicalKeys keys;
    private final Deposits deposits;
    private final EpochManifests manifests;
    private final List<String> omissions = new ArrayList<>();
    private volatile Supplier<Progress> progress = () -> new Progress("connecting", 0, 0);

    PhysicalRun(
            Job job,
            OperationContext context,
            ObjectStore store,
            SourceServer source,
            ObjectMapper json,
            PhysicalConfig config,
            InstantSource clock) {
        this.job = job;
        this.context = context;
        this.store = store;
        this.source = source;
        this.config = config;
        this.clock = clock;
        this.keys = PhysicalKeys.of(job);
        this.deposits = new Deposits(store, json);
        this.manifests = new EpochManifests(store, keys.place(), json);
    }

    Taken take() throws Exception {
        say();
        context.check();
        requireWalKept();
        Optional<Taken> done = manifests.usable();
        if (done.isPresent()) {
            return done.get();
        }
        keys.place().removeOlderThan(store, context.epoch(), clock.instant());
        boolean kept = false;
        try {
            Instant startedAt = clock.instant();
            ClockOffset offset = source.clock(clock);
            Copied copied = copy();
            long bytes = copied.bytes();
            at("describing", bytes);
            Inventory inventory = source.inventory(clock, omissions);
            at("awaiting WAL", bytes);
            WalAwaited.await(wal(copied), copied.manifest().wal(), config.walWait(), context);
            at("publishing", bytes);
            BackupManifest manifest = manifest(startedAt, offset, copied, inventory);
            deposits.requireAllThere();
            context.check();
            Taken taken = manifests.publish(manifest, bytes, deposits.storedBytes());
            kept = true;
            keys.place().removeOlderThan(store, context.epoch(), clock.instant());
            if (!taken.manifest().equals(manifest)) {
                // Another owner's manifest was there first and is good: ours is too late.
                keys.place().removeEpoch(store, context.epoch(), clock.instant());
            }
            return taken;
        } catch (Exception failed) {
            if (!kept) {
                // Also when another owner goes on: it cleared up when it began, and we may have written since.
                removeOwn(failed);
            }
            throw failed;
        }
    }

    /** The server's files in the store, and what is known of them. */
    private record Copied(
            String systemIdentifier,
            int majorVersion,
            long segmentSize,
            BaseBackupResult result,
            List<PhysicalArchive> archives,
            ServerManifest manifest,
            ObjectRef manifestObject) {
        long bytes() {
            return archives.stream().mapToLong(PhysicalArchive::bytes).sum();
        }
    }

    private Copied copy() throws Exception {
        Path file = context.scratch().resolve("backup_manifest");
        ArchiveCheck check = new ArchiveCheck();
        ReplicationOptions options =
                ReplicationOptions.of(SourceServer.APPLICATION).withSilence(config.silence());
        // The connection is closed first: only that ends a thread that waits for the server.
        try (Together together = new Together(context, this::say);
                ReplicationConnection connection = ReplicationConnection.open(source.target(), options)) {
            String system = connection.identifySystem().systemIdentifier();
            long segmentSize = connection.walSegmentSize();
            Future<ArrivedFiles> checked = together.run(check::run);
            Future<BaseBackupReception.Received> received = together.run(
                    () -> new BaseBackupReception(job, keys, context.epoch(), deposits, check, config, this::follow)
                            .receive(connection, file));
            together.await();
            return copied(system, connection.majorVersion(), segmentSize, received, checked, file);
        }
    }

    private Copied copied(
            String system,
            int majorVersion,
            long segmentSize,
            Future<BaseBackupReception.Received> received,
            Future<ArrivedFiles> checked,
            Path file)
            throws IOException, InterruptedException, ExecutionException {
        BaseBackupResult result = received.get().result();
        List<PhysicalArchive> archives =
                received.get().archives().archives(checked.get().archives());
        ServerManifest manifest = ServerManifest.compare(file, checked.get().files());
        requireSame("system identifier", system, manifest.systemIdentifier().orElse(system));
        WalRange newest = manifest.wal().getFirst();
        requireSame("stop", result.stop().toString(), newest.end().toString());
        ObjectRef object = deposits.file(keys.backupManifest(context.epoch()), file);
        return new Copied(system, majorVersion, segmentSize, result, archives, manifest, object);
    }

    private static void requireSame(String what, String said, String written) {
        if (!said.equals(written)) {
            throw PhysicalFailure.notAsSent(
                    "the " + what + " that the server said: " + said, written + " in its manifest", null);
        }
    }

    /** The declaration may have changed since the backup was asked for. */
    private void requireWalKept() {
        if (walMode().equals("none")) {
            throw new PhysicalFailure(
                    new Failure(
                            PhysicalFaults.WAL_NOT_STORED,
                            "The cluster's WAL is not kept, and without it a physical backup cannot be restored.",
                            "wal mode stream or archive",
                            "none",
                            "Declare wal: {mode: stream}, or use the method dump."),
                    false,
                    null);
        }
    }

    private String walMode() {
        WalSpec wal = job.cluster().spec().wal();
        return wal == null || wal.mode() == null ? "none" : wal.mode();
    }

    private StoredWal wal(Copied copied) {
        return walMode().equals("archive")
                ? new ArchivedWal(store, keys.cluster(), keys.clusterId(), copied.majorVersion(), copied.segmentSize())
                : new StreamedWal(new WalStore(store, keys.clusterFolder(), WalCodec.zstd()), copied.segmentSize());
    }

    private BackupManifest manifest(Instant startedAt, ClockOffset offset, Copied copied, Inventory inventory)
            throws IOException {
        ObjectRef inventoryObject = deposits.document(keys.inventory(context.epoch()), inventory);
        deposits.describe(
                keys.clusterDescription(),
                new ClusterDescription(
                        ClusterDescription.FORMAT_VERSION,
                        job.cluster().id(),
                        job.cluster().spec().name(),
                        job.cluster().version(),
                        job.cluster().spec(),
                        copied.systemIdentifier(),
                        clock.instant()));
        return new BackupManifest(
                BackupManifest.FORMAT_VERSION,
                job.backupId(),
                job.cluster().id(),
                job.cluster().spec().name(),
                PhysicalMethod.NAME,
                null,
                copied.systemIdentifier(),
                inventory.serverVersion(),
                copied.majorVersion(),
                startedAt,
                clock.instant(),
                null,
                null,
                null,
                null,
                null,
                inventoryObject,
                null,
                List.copyOf(omissions),
                offset,
                new PhysicalSet(
                        copied.result().start().toString(),
                        copied.result().stop().toString(),
                        copied.manifest().wal().getFirst().timeline(),
                        copied.segmentSize(),
                        copied.archives(),
                        copied.manifestObject(),
                        COMPRESSION));
    }

    private void follow(ArrivingArchives archives, ArchiveCheck check) {
        progress = () -> archives.begun()
                ? new Progress("copying", check.unpacked(), archives.expected())
                : new Progress("waiting for the checkpoint", 0, 0);
    }

    private void at(String phase, long bytes) {
        progress = () -> new Progress(phase, bytes, bytes);
        say();
        context.check();
    }

    private void say() {
        context.progress(progress.get());
    }

    /** Nothing came of this attempt; what cannot be removed now, the next one or the cleanup removes. */
    private void removeOwn(Exception failed) {
        try {
            keys.place().removeEpoch(store, context.epoch(), clock.instant());
        } catch (RuntimeException left) {
            failed.addSuppressed(left);
        }
    }
}
