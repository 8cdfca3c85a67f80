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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
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

    VerificationOperation(
            ServiceClients services,
            MaterialReader materials,
            Checks checks,
            Database database,
            Outbox outbox,
            InstantSource clock) {
        this.restoreService = services.of("restore");
        this.materials = materials;
        this.checks = checks;
        this.database = database;
        this.outbox = outbox;
        this.clock = clock;
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
        Credentials credentials = restoreService.get(
                "/internal/v1/sandboxes/" + ready.recoveryId() + "/credentials?attempt=" + ready.attempt()
                        + "&verification=" + context.id(),
                Credentials.class);
        Sandbox sandbox = new Sandbox(
                ready.address(), ready.port(), credentials.user(), Secret.of(credentials.password()), "postgres");
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
        return retryable
                ? new Step.RetryAfter(Duration.ofSeconds(1L << context.attempt()), failure)
                : new Step.Failed(failure);
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
                        checks.impossible(failure == null ? "The checks were ended." : failure.message()),
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
        long version = Verifications.finish(handle, context.id(), state, results, offset, now);
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

    /** The sandbox's clock minus ours, as well as one exchange can tell: the answer is taken to be of its middle. */
    private Duration clockOffset(Sandbox sandbox) throws SQLException {
        try (Connection connection = sandbox.open(sandbox.maintenanceDatabase());
                Statement statement = connection.createStatement()) {
            Instant asked = clock.instant();
            try (ResultSet row = statement.executeQuery("select clock_timestamp()")) {
                row.next();
                Instant answered = clock.instant();
                Instant middle = asked.plus(Duration.between(asked, answered).dividedBy(2));
                return Duration.between(
                        middle, row.getObject(1, OffsetDateTime.class).toInstant());
            }
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
