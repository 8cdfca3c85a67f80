package dev.lifeboat.backup.window;

import dev.lifeboat.backup.fleet.DeclarationListener;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.window.ServerLook.ServerWal;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.schemas.Failure;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Audits the stores of each declared cluster again and again, for as long as it is declared. */
@ApplicationScoped
class AuditUpkeep implements DeclarationListener, OperationHandler {
    /** Name of this kind of work. */
    static final String KIND = "wal-audit";

    private static final Logger LOG = Logger.getLogger(AuditUpkeep.class);
    private static final Duration AFTER_TROUBLE = Duration.ofMinutes(1);
    private static final int LAST = 10_000;

    private final Operations operations;
    private final Database database;
    private final Fleet fleet;
    private final WindowReader reader;
    private final WindowAudit audit;
    private final ServerLook server;
    private final WindowSettings settings;
    private final ScrubRecords scrubs;
    private final InstantSource clock;

    AuditUpkeep(
            Operations operations,
            Database database,
            Fleet fleet,
            WindowReader reader,
            WindowAudit audit,
            ServerLook server,
            WindowSettings settings,
            ScrubRecords scrubs,
            InstantSource clock) {
        this.operations = operations;
        this.database = database;
        this.fleet = fleet;
        this.reader = reader;
        this.audit = audit;
        this.server = server;
        this.settings = settings;
        this.scrubs = scrubs;
        this.clock = clock;
    }

    /** Clusters that were declared by a version without audits. */
    void start(@Observes @Priority(LAST) StartupEvent event) {
        database.useTransaction(
                transaction -> fleet.clusters(transaction).forEach(cluster -> submit(transaction, cluster)));
    }

    @Override
    public void declared(Handle transaction, Optional<DeclaredCluster> before, DeclaredCluster now) {
        submit(transaction, now);
    }

    @Override
    public void removed(Handle transaction, DeclaredCluster before) {
        operations.wake(transaction, id(before));
    }

    /** Wants an audit soon. */
    void wake(Handle transaction, DeclaredCluster cluster) {
        submit(transaction, cluster);
        operations.wake(transaction, id(cluster));
    }

    private void submit(Handle transaction, DeclaredCluster cluster) {
        operations.submit(
                transaction,
                new Operations.Request(id(cluster), KIND, cluster.spec().name(), null));
    }

    /** One for each declaration, for good. */
    private static UUID id(DeclaredCluster cluster) {
        return UUID.nameUUIDFromBytes((KIND + "/" + cluster.id()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean standing() {
        return true;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        Optional<DeclaredCluster> declared = database.inTransaction(
                        transaction -> fleet.cluster(transaction, context.cluster()))
                .filter(cluster -> id(cluster).equals(context.id()));
        if (declared.isEmpty()) {
            return Step.done();
        }
        DeclaredCluster cluster = declared.get();
        Scrub scrub = new Scrub(
                database.inTransaction(transaction -> scrubs.all(transaction, cluster.id())), settings.scrubObjects());
        List<RepositoryWindow> windows = scrubbed(context, cluster, scrub);
        context.check();
        Optional<ServerWal> said = windows.isEmpty() ? Optional.empty() : ask(cluster);
        boolean again = context.write(transaction -> windows.stream()
                .map(window -> audit.record(transaction, cluster, window, said))
                .reduce(false, Boolean::logicalOr));
        return Step.waitFor(pause(again, scrub.brokenOff()));
    }

    /** Until the next audit: sooner when a gap may be told then, or when something is still to be read. */
    private Duration pause(boolean gapIsYoung, boolean brokenOff) {
        Duration pause = settings.auditEvery();
        if (gapIsYoung && settings.gapGrace().compareTo(pause) < 0) {
            pause = settings.gapGrace();
        }
        return brokenOff && AFTER_TROUBLE.compareTo(pause) < 0 ? AFTER_TROUBLE : pause;
    }

    private List<RepositoryWindow> scrubbed(OperationContext context, DeclaredCluster cluster, Scrub scrub)
            throws InterruptedException {
        List<RepositoryWindow> windows = reader.read(cluster, scrub);
        if (!scrub.now().isEmpty()) {
            context.write(transaction -> {
                scrubs.add(transaction, cluster.id(), scrub.now(), clock.instant());
                return null;
            });
        }
        return scrub.foundDamage() ? reader.read(cluster) : windows;
    }

    /** A server that does not answer is others' concern: what is stored is stored. */
    private Optional<ServerWal> ask(DeclaredCluster cluster) {
        try {
            return Optional.of(server.facts(cluster.spec()));
        } catch (PostgresException | SecretException e) {
            LOG.debugf(
                    "the server of %s was not asked about its WAL: %s",
                    cluster.spec().name(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        LOG.warnf(thrown, "the audit of %s failed and is tried again", context.cluster());
        return new Step.RetryAfter(AFTER_TROUBLE, PostgresFault.classify(thrown).failure());
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        LOG.warnf("the WAL of %s is audited no more: %s", context.cluster(), failure);
    }
}
