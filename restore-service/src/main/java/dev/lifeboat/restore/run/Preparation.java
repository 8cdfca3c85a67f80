package dev.lifeboat.restore.run;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.restore.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.restore.plan.Estimate;
import dev.lifeboat.restore.plan.HostFacts;
import dev.lifeboat.restore.plan.HostSurvey;
import dev.lifeboat.restore.plan.Planner;
import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.restore.recovery.History;
import dev.lifeboat.restore.recovery.Wanted;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads what a backup says of itself and makes the plan; touches nothing. */
@ApplicationScoped
public class Preparation {
    private final Database database;
    private final Fleet fleet;
    private final BackupChoice choice;
    private final RepositoryStores repositories;
    private final History history;
    private final HostSurvey survey;
    private final InstantSource clock;

    Preparation(
            Database database,
            Fleet fleet,
            BackupChoice choice,
            RepositoryStores repositories,
            History history,
            HostSurvey survey,
            InstantSource clock) {
        this.database = database;
        this.fleet = fleet;
        this.choice = choice;
        this.repositories = repositories;
        this.history = history;
        this.survey = survey;
        this.clock = clock;
    }

    /** The backup that shall be read; empty when it is not (or not yet) known. */
    Optional<BackupUsed> choose(Wanted wanted) {
        return database.inTransaction(tx -> choice.choose(tx, wanted));
    }

    /**
     * Reads what the backup says of itself, and no more; the caller closes it.
     *
     * @throws dev.lifeboat.restore.archive.DoesNotRestore if the manifest is gone or altered
     */
    OpenBackup open(BackupUsed backup) {
        DeclaredRepository repository = database.inTransaction(tx -> fleet.repository(tx, backup.repository()))
                .orElseThrow(() -> NotCarriedOut.forGood(new Failure(
                        "repository.unknown",
                        "The backup's repository is not declared.",
                        "a declared repository",
                        backup.repository(),
                        "Declare it with PUT /api/v1/repositories/" + backup.repository() + " at backup-service.")));
        ObjectStore store = repositories.openForReading(repository.spec());
        try {
            BackupReader reader = new BackupReader(store, clock);
            return new OpenBackup(repository, store, reader, reader.manifest(backup.manifest()));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Reads and plans; the caller closes it.
     *
     * @throws dev.lifeboat.restore.archive.DoesNotRestore if manifest or inventory are gone or altered
     */
    Prepared prepare(Wanted wanted, BackupUsed backup) throws InterruptedException {
        // The host is looked at while the store answers.
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HostFacts> looked = beside.submit(survey::look);
            OpenBackup open = open(backup);
            try {
                BackupManifest manifest = open.manifest();
                Inventory inventory = open.inventory(backup);
                List<Estimate.PastRun> past =
                        database.inTransaction(tx -> history.of(tx, wanted.clusterId(), manifest.method()));
                HostFacts host = result(looked);
                long stored = backup.storedBytes() == null ? 0 : backup.storedBytes();
                RecoveryPlan plan = Planner.plan(
                        clock.instant(),
                        manifest,
                        inventory,
                        backup,
                        host,
                        open.repository().spec().readCredentials() != null,
                        manifest.method().equals("dump") ? stored : 0,
                        past);
                return new Prepared(
                        backup, open.repository(), open.store(), open.reader(), manifest, inventory, host, plan);
            } catch (RuntimeException | InterruptedException e) {
                open.close();
                throw e;
            }
        }
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }
}
