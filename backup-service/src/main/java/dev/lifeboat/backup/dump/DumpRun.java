package dev.lifeboat.backup.dump;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ClusterDescription;
import dev.lifeboat.backup.backup.EpochManifests;
import dev.lifeboat.backup.backup.Together;
import dev.lifeboat.backup.dump.DatabaseDumper.DumpedDatabase;
import dev.lifeboat.backup.dump.DatabaseFacts.Dumpable;
import dev.lifeboat.backup.dump.DumpPrograms.Said;
import dev.lifeboat.platform.inventory.FingerprintReader;
import dev.lifeboat.platform.inventory.InventoryReader;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.postgres.ServerClock;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/** One attempt at one dump, by the owner of one epoch. Reads as what it does, in order. */
final class DumpRun {
    private final Job job;
    private final OperationContext context;
    private final ObjectStore store;
    private final DumpSource source;
    private final ProcessRunner runner;
    private final PostgresTools tools;
    private final DumpConfig config;
    private final InstantSource clock;
    private final DumpKeys keys;
    private final Deposit deposit;
    private final EpochManifests manifests;
    private final List<String> omissions = new ArrayList<>();
    private final AtomicReference<String> phase = new AtomicReference<>("connecting");
    private LongSupplier onDisk = () -> 0;
    private long estimate;

    DumpRun(
            Job job,
            OperationContext context,
            ObjectStore store,
            DumpSource source,
            ProcessRunner runner,
            PostgresTools tools,
            ObjectMapper json,
            DumpConfig config,
            InstantSource clock) {
        this.job = job;
        this.context = context;
        this.store = store;
        this.source = source;
        this.runner = runner;
        this.tools = tools;
        this.config = config;
        this.clock = clock;
        this.keys = DumpKeys.of(job);
        this.deposit = new Deposit(store, json);
        this.manifests = new EpochManifests(store, keys.place(), json);
    }

    /** What the maintenance database says before anything is dumped. */
    private record Facts(int major, List<Dumpable> databases, ClockOffset clock) {
        long bytes() {
            return databases.stream().mapToLong(Dumpable::bytes).sum();
        }
    }

    Taken take(LongUnaryOperator estimateOf) throws Exception {
        Optional<Taken> done = manifests.usable();
        if (done.isPresent()) {
            return done.get();
        }
        keys.place().removeOlderThan(store, context.epoch(), clock.instant());
        boolean kept = false;
        try (Together together = new Together(context, this::say)) {
            Instant startedAt = clock.instant();
            Facts facts = facts();
            estimate = estimateOf.applyAsLong(facts.bytes());
            DumpPrograms programs = new DumpPrograms(
                    runner, tools.findAtLeast("pg_dump", facts.major()).getParent(), source, config.lockWait());
            Globals globals = globals(programs, together);
            List<DumpedDatabase> dumped = new ArrayList<>();
            DatabaseDumper dumper = new DatabaseDumper(source, format(programs), job.policy(), config);
            for (Dumpable database : facts.databases()) {
                phase.set("dumping " + database.name());
                DumpedDatabase one = dumper.dump(database.name(), together);
                omissions.addAll(one.omissions());
                dumped.add(one);
            }
            phase.set("checking");
            Inventory inventory = inventory(dumped);
            BackupManifest manifest = manifest(startedAt, facts.clock(), globals, dumped, inventory);
            deposit.requireAllThere();
            context.check();
            Taken taken = manifests.publish(manifest, facts.bytes(), deposit.storedBytes());
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

    private Facts facts() throws SQLException {
        try (Connection connection = source.connect(source.maintenance())) {
            return new Facts(
                    InventoryReader.version(connection) / 10_000,
                    Selected.from(job.policy().databases(), DatabaseFacts.dumpable(connection)),
                    ServerClock.against(clock, connection));
        }
    }

    private record Globals(ObjectRef object, boolean withoutPasswords) {}

    /** With password verifiers where they may be read; managed services refuse pg_authid. */
    private Globals globals(DumpPrograms programs, Together together) throws Exception {
        phase.set("dumping globals");
        try {
            return globals(programs, together, true);
        } catch (DumpFailure refused) {
            if (!refused.failure().code().equals("postgres.privilege-missing")) {
                throw refused;
            }
            Globals without = globals(programs, together, false);
            omissions.add("globals: passwords of roles were left out, because this role may not read pg_authid");
            return without;
        }
    }

    private Globals globals(DumpPrograms programs, Together together, boolean passwords) throws Exception {
        var future = together.run(() -> {
            try (Deposit.Filling filling = deposit.fill(keys.globals(context.epoch()))) {
                Said said = programs.globals(passwords, filling::from);
                ObjectRef object = filling.commit();
                omissions.addAll(Omissions.in("globals", said.stderr()));
                return new Globals(object, !passwords);
            }
        });
        together.await();
        return future.get();
    }

    private ArchiveFormat format(DumpPrograms programs) {
        ArchiveFormat format = job.policy().format().equals("directory")
                ? new DirectoryArchive(
                        programs,
                        store,
                        deposit,
                        keys,
                        context.epoch(),
                        context.scratch(),
                        job.policy().jobs(),
                        config.uploads())
                : new CustomArchive(programs, store, deposit, keys, context.epoch(), context.scratch());
        onDisk = format::onDisk;
        return format;
    }

    private Inventory inventory(List<DumpedDatabase> dumped) throws SQLException {
        try (Connection connection = source.connect(source.maintenance())) {
            connection.setAutoCommit(false);
            return new InventoryReader()
                    .cluster(
                            connection,
                            clock.instant(),
                            dumped.stream().map(DumpedDatabase::inventory).toList());
        }
    }

    private BackupManifest manifest(
            Instant startedAt,
            ClockOffset sourceClock,
            Globals globals,
            List<DumpedDatabase> dumped,
            Inventory inventory)
            throws Exception {
        ObjectRef inventoryObject = deposit.document(keys.inventory(context.epoch()), inventory);
        ObjectRef fingerprintsObject = null;
        if (!job.policy().fingerprint().equals("off")) {
            fingerprintsObject = deposit.document(
                    keys.fingerprints(context.epoch()),
                    new Fingerprints(
                            Fingerprints.FORMAT_VERSION,
                            job.policy().fingerprint(),
                            FingerprintReader.ALGORITHM,
                            dumped.stream()
                                    .flatMap(database -> database.fingerprint().stream())
                                    .toList()));
        }
        deposit.document(
                keys.clusterDescription(),
                new ClusterDescription(
                        ClusterDescription.FORMAT_VERSION,
                        job.cluster().id(),
                        job.cluster().spec().name(),
                        job.cluster().version(),
                        job.cluster().spec(),
                        inventory.systemIdentifier(),
                        clock.instant()));
        return new BackupManifest(
                BackupManifest.FORMAT_VERSION,
                job.backupId(),
                job.cluster().id(),
                job.cluster().spec().name(),
                "dump",
                job.policy().type(),
                inventory.systemIdentifier(),
                inventory.serverVersion(),
                inventory.serverVersionNum() / 10_000,
                startedAt,
                clock.instant(),
                dumped.stream()
                        .map(database -> database.dump().snapshotAt())
                        .filter(Objects::nonNull)
                        .min(Instant::compareTo)
                        .orElse(null),
                globals.object(),
                globals.withoutPasswords(),
                dumped.stream().map(DumpedDatabase::dump).toList(),
                null,
                inventoryObject,
                fingerprintsObject,
                List.copyOf(omissions),
                sourceClock);
    }

    private void say() {
        context.progress(new Progress(phase.get(), deposit.bytes() + onDisk.getAsLong(), estimate));
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
