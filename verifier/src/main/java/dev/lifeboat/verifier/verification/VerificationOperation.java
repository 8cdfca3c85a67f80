package dev.lifeboat.verifier.verification;

import dev.lifeboat.platform.auth.ServiceCallFailed;
import dev.lifeboat.platform.auth.ServiceClient;
import dev.lifeboat.platform.auth.ServiceClients;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.ServerClock;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.VerificationEvent.ChecksCompleted;
import dev.lifeboat.verifier.check.Checks;
import dev.lifeboat.verifier.check.Material;
import dev.lifeboat.verifier.check.Sandbox;
import dev.lifeboat.verifier.verification.Verifications.ChecksState;
import dev.lifeboat.verifier.verification.Verifications.Verification;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;

/** Fetches the password, looks at the copy, says what it saw. */
@ApplicationScoped
class VerificationOperation implements OperationHandler {
    static final String KIND = "verification";
    private static final int MAX_ATTEMPTS = 5;

    private final ServiceClient restoreService;
    private final MaterialReader materials;
    private final Checks checks;
    private final Database database;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Duration firstPause;

    VerificationOperation(
            ServiceClients services,
            MaterialReader materials,
            Checks checks,
            Database database,
            Outbox outbox,
            InstantSource clock,
            @ConfigProperty(name = "lifeboat.verification.first-pause", defaultValue = "PT1S") Duration firstPause) {
        this.restoreService = services.of("restore");
        this.materials = materials;
        this.checks = checks;
        this.database = database;
        this.outbox = outbox;
        this.clock = clock;
        this.firstPause = firstPause;
    }

    /** What restore-service hands out once per attempt. */
    record Credentials(String user, String password) {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int capPerCluster() {
        return 4;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        Verification verification = database.inTransaction(
                handle -> Verifications.ofOperation(handle, context.id()).orElse(null));
        if (verification == null || verification.checksState() != ChecksState.RUNNING) {
            // A newer attempt took the row, or it was done before this process died.
            return Step.done();
        }
        SandboxReady ready = verification.sandbox();
        Material material = materials.read(ready, verification.clusterId());
        if (material.assertions().isEmpty() && context.attempt() < MAX_ATTEMPTS) {
            // The declaration that they came with may be on its way.
            return new Step.RetryAfter(
                    pause(context),
                    new Failure(
                            "verification.checks-unknown",
                            "The checks that the run began with are not known yet.",
                            "checks with digest " + ready.checksDigest(),
                            "none",
                            "Nothing: the declaration is awaited, and without it the rest is checked."));
        }
        Credentials credentials = restoreService.get(
                "/internal/v1/sandboxes/" + ready.recoveryId() + "/credentials?attempt=" + ready.attempt()
                        + "&verification=" + context.id(),
                Credentials.class);
        Sandbox sandbox = new Sandbox(
                ready.address(),
                ready.port(),
                credentials.user(),
                Secret.of(credentials.password()),
                maintenance(ready));
        Duration offset = clockOffset(sandbox);
        List<CheckResult> results = checks.run(sandbox, material, context::check, soFar -> {
            context.progress(new Progress(soFar.getLast().name(), 0, 0));
            context.write(handle -> {
                Verifications.note(handle, context.id(), soFar);
                return null;
            });
        });
        context.write(handle -> {
            finish(handle, context, ChecksState.COMPLETED, verification, results, offset);
            return null;
        });
        return Step.done();
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        Failure failure = failure(thrown);
        boolean retryable = retryable(thrown) && context.attempt() < MAX_ATTEMPTS;
        return retryable ? new Step.RetryAfter(pause(context), failure) : new Step.Failed(failure);
    }

    /** A dump is restored beside the server's own databases; among files, whoever made the cluster may have dropped them. */
    private static String maintenance(SandboxReady ready) {
        List<String> databases = ready.databases();
        return "dump".equals(ready.method()) || databases.isEmpty() || databases.contains("postgres")
                ? "postgres"
                : databases.getFirst();
    }

    private Duration pause(OperationContext context) {
        return firstPause.multipliedBy(1L << context.attempt());
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        Verifications.ofOperation(transaction, context.id())
                .filter(verification -> verification.checksState() == ChecksState.RUNNING)
                .ifPresent(verification -> finish(
                        transaction,
                        context,
                        ChecksState.ABANDONED,
                        verification,
                        checks.withoutTheRest(
                                verification.checks(), failure == null ? "The checks were ended." : failure.message()),
                        null));
    }

    private void finish(
            Handle handle,
            OperationContext context,
            ChecksState state,
            Verification verification,
            List<CheckResult> results,
            Duration offset) {
        Instant now = clock.instant();
        Optional<Long> version = Verifications.finish(handle, context.id(), state, results, offset, now);
        version.ifPresent(next -> publish(handle, context, verification, results, offset, now, next));
    }

    private void publish(
            Handle handle,
            OperationContext context,
            Verification verification,
            List<CheckResult> results,
            Duration offset,
            Instant now,
            long version) {
        outbox.publish(
                handle,
                new Publication(
                        Keys.cluster(verification.cluster()),
                        "verification/" + verification.recoveryId(),
                        verification.clusterId(),
                        version,
                        new ChecksCompleted(
                                context.id(),
                                verification.recoveryId(),
                                verification.attempt(),
                                verification.cluster(),
                                verification.startedAt(),
                                now,
                                offset,
                                results)));
    }

    /** The sandbox's clock minus ours. */
    private Duration clockOffset(Sandbox sandbox) throws SQLException {
        try (Connection connection = sandbox.open(sandbox.maintenanceDatabase())) {
            return ServerClock.against(clock, connection).offset();
        }
    }

    private static boolean retryable(Throwable thrown) {
        return switch (thrown) {
            case ServiceCallFailed call -> call.retryable();
            case StoreException store -> store.fault().retryable();
            case SQLException sql ->
                sql.getSQLState() == null || sql.getSQLState().startsWith("08");
            default -> false;
        };
    }

    private static Failure failure(Throwable thrown) {
        return switch (thrown) {
            case ServiceCallFailed call -> call.failure();
            case StoreException store -> store.fault().failure();
            case SecretException secret -> secret.failure();
            default ->
                new Failure(
                        "verification.impossible",
                        "The copy could not be looked at: " + thrown.getClass().getSimpleName() + ": "
                                + String.valueOf(thrown.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("no message"),
                        null,
                        null,
                        "Look at the log of the verifier.");
        };
    }
}
