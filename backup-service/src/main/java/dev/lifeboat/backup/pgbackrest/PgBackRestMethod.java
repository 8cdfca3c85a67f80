package dev.lifeboat.backup.pgbackrest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;

/**
 * Backups by pgBackRest: full, differential and incremental, taken on the server's own host, restored to any second while
 * its WAL arrives. Each goes into one repository of its own kind; the manifest beside it says which set it is.
 */
@ApplicationScoped
public class PgBackRestMethod implements BackupMethod {
    static final String NAME = "pgbackrest";

    private final ClusterArchive archive;
    private final RepositoryStores repositories;
    private final ProcessRunner runner;
    private final ObjectMapper json;
    private final PgBackRestSettings settings;
    private final InstantSource clock;

    /** Wires the method's edges. */
    public PgBackRestMethod(
            ClusterArchive archive,
            RepositoryStores repositories,
            ProcessRunner runner,
            ObjectMapper json,
            PgBackRestSettings settings,
            InstantSource clock) {
        this.archive = archive;
        this.repositories = repositories;
        this.runner = runner;
        this.json = json;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Taken take(Job job, OperationContext context) throws Exception {
        try (ObjectStore store = repositories.open(job.repository().spec())) {
            SetManifests manifests = new SetManifests(store, SetKeys.of(job), json);
            return new PgBackRestRun(job, context, store, runner, manifests, clock).take(archive);
        }
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return BackupFaults.step(BackupFaults.classify(thrown), context.attempt(), settings.attempts());
    }

    @Override
    public void remove(Stored stored) {
        try (ObjectStore store = repositories.open(stored.repository().spec())) {
            SetKeys keys = SetKeys.of(stored);
            if (stored.cluster().spec().dataDirectory() == null) {
                // Without it no set ever came about.
                new SetManifests(store, keys, json).remove();
                return;
            }
            new SetRemoval(store, keys, new SetManifests(store, keys, json), clock)
                    .remove(stored, archive.tool(stored.cluster(), stored.repository()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a backup was removed", e);
        }
    }
}
