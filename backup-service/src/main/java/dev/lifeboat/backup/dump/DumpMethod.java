package dev.lifeboat.backup.dump;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Backups by pg_dump and pg_dumpall: nothing is needed on the database's host, what the tools leave out is named, a
 * restore comes to the moment of the snapshot.
 */
@ApplicationScoped
public class DumpMethod implements BackupMethod {
    private final RepositoryStores repositories;
    private final SecretReferences secrets;
    private final ProcessRunner runner;
    private final PostgresTools tools;
    private final DumpHistory history;
    private final ObjectMapper json;
    private final DumpConfig config;
    private final InstantSource clock;

    /** Wires a dump's edges. */
    public DumpMethod(
            RepositoryStores repositories,
            SecretReferences secrets,
            ProcessRunner runner,
            DumpHistory history,
            ObjectMapper json,
            DumpConfig config,
            InstantSource clock) {
        this.repositories = repositories;
        this.secrets = secrets;
        this.runner = runner;
        this.tools = new PostgresTools(runner, PostgresTools.DEBIAN);
        this.history = history;
        this.json = json;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "dump";
    }

    @Override
    public Taken take(Job job, OperationContext context) throws Exception {
        try (ObjectStore store = repositories.open(job.repository().spec());
                DumpSource source = DumpSource.open(
                        job.cluster().spec().connection(),
                        Optional.ofNullable(job.cluster().spec().connection().password())
                                .map(secrets::resolve),
                        context.scratch())) {
            DumpRun run = new DumpRun(job, context, store, source, runner, tools, json, config, clock);
            return run.take(databaseBytes -> DumpEstimate.bytes(
                    databaseBytes, history.ratio(job.cluster().id(), job.policy())));
        }
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return DumpFaults.step(DumpFaults.classify(thrown), context.attempt(), config.attempts());
    }

    @Override
    public void remove(Stored stored) {
        DumpKeys keys = DumpKeys.of(stored);
        try (ObjectStore store = repositories.open(stored.repository().spec())) {
            keys.place().removeAll(store, clock.instant());
        }
    }
}
