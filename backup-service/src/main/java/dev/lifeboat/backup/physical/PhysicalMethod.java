package dev.lifeboat.backup.physical;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Backups of the server's files over the replication protocol: a replication role is all that is needed on the database's
 * side. One is complete when the WAL written meanwhile is stored too, by Lifeboat's stream or the cluster's archive; it
 * restores to any second from its stop on, as long as WAL follows.
 */
@ApplicationScoped
public class PhysicalMethod implements BackupMethod {
    static final String NAME = "physical";

    private final RepositoryStores repositories;
    private final SecretReferences secrets;
    private final ObjectMapper json;
    private final PhysicalConfig config;
    private final InstantSource clock;

    /** Wires the method's edges. */
    public PhysicalMethod(
            RepositoryStores repositories,
            SecretReferences secrets,
            ObjectMapper json,
            PhysicalConfig config,
            InstantSource clock) {
        this.repositories = repositories;
        this.secrets = secrets;
        this.json = json;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Taken take(Job job, OperationContext context) throws Exception {
        try (ObjectStore store = repositories.open(job.repository().spec())) {
            SourceServer source = new SourceServer(
                    job.cluster().spec().connection(),
                    Optional.ofNullable(job.cluster().spec().connection().password())
                            .map(secrets::resolve));
            return new PhysicalRun(job, context, store, source, json, config, clock).take();
        }
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return PhysicalFaults.step(PhysicalFaults.classify(thrown), context.attempt(), config.attempts());
    }

    @Override
    public void remove(Stored stored) {
        try (ObjectStore store = repositories.open(stored.repository().spec())) {
            PhysicalKeys.of(stored).place().removeAll(store, clock.instant());
        }
    }
}
