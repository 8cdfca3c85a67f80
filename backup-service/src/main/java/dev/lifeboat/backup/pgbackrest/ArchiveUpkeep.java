package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.backup.BackupRepositories;
import dev.lifeboat.backup.fleet.DeclarationListener;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Clusters with {@code wal.mode: archive} archive from their declaration on, and do not wait for a first backup. What
 * stands in the way is tried again while it may pass, and told in the log; a backup says the same to whoever asked for it.
 */
@ApplicationScoped
public class ArchiveUpkeep implements DeclarationListener, OperationHandler {
    /** Name of this kind of work. */
    public static final String KIND = "archiving";

    private static final Logger LOG = Logger.getLogger(ArchiveUpkeep.class);
    private static final String ARCHIVE = "archive";

    private final Operations operations;
    private final Database database;
    private final Fleet fleet;
    private final ClusterArchive archive;
    private final PgBackRestSettings settings;
    private final Ids ids;

    /** Asks the archive of each cluster to be made sure of. */
    public ArchiveUpkeep(
            Operations operations,
            Database database,
            Fleet fleet,
            ClusterArchive archive,
            PgBackRestSettings settings,
            InstantSource clock) {
        this.operations = operations;
        this.database = database;
        this.fleet = fleet;
        this.archive = archive;
        this.settings = settings;
        this.ids = new Ids(clock);
    }

    @Override
    public void declared(Handle transaction, Optional<DeclaredCluster> before, DeclaredCluster now) {
        if (archives(now)) {
            operations.submit(
                    transaction,
                    new Operations.Request(ids.next(), KIND, now.spec().name(), null));
        }
    }

    @Override
    public void removed(Handle transaction, DeclaredCluster before) {
        // Its server goes on archiving: nobody but its owner may decide that the WAL is not needed any more.
    }

    private static boolean archives(DeclaredCluster cluster) {
        return cluster.spec().wal() != null
                && ARCHIVE.equals(cluster.spec().wal().mode());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        Optional<Archived> wanted = database.inTransaction(transaction -> wanted(transaction, context.cluster()));
        if (wanted.isPresent()) {
            // Each in its turn is the one that is needed.
            for (DeclaredRepository repository : wanted.get().repositories()) {
                context.check();
                archive.ensure(wanted.get().cluster(), repository);
            }
        }
        return Step.done();
    }

    private record Archived(DeclaredCluster cluster, List<DeclaredRepository> repositories) {}

    /** As it is declared by now; nothing when it is declared no more, or otherwise. */
    private Optional<Archived> wanted(Handle transaction, String name) {
        return fleet.cluster(transaction, name)
                .filter(ArchiveUpkeep::archives)
                .map(cluster -> new Archived(
                        cluster,
                        BackupRepositories.archived(cluster.spec()).stream()
                                .flatMap(repository -> fleet.repository(transaction, repository).stream())
                                .toList()));
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return BackupFaults.step(BackupFaults.classify(thrown), context.attempt(), settings.attempts());
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        LOG.errorf("The WAL of cluster %s is not archived: %s", context.cluster(), failure);
    }
}
