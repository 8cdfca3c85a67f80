package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.schedule.Wakeups;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Operations as rows of the service's database, each with a wake-up that is committed with it. */
public final class JdbcOperations implements Operations {
    static final String GROUP = "operation";

    private final OperationSettings settings;
    private final HandlerRegistry handlers;
    private final Database database;
    private final Wakeups wakeups;
    private final InstantSource clock;
    private final OperationExecutor executor;

    /** Operations of the kinds that have a handler; what runs in this instance is run by the executor. */
    public JdbcOperations(
            OperationSettings settings,
            HandlerRegistry handlers,
            Database database,
            Wakeups wakeups,
            InstantSource clock,
            OperationExecutor executor) {
        this.settings = settings;
        this.handlers = handlers;
        this.database = database;
        this.wakeups = wakeups;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public boolean submit(Handle transaction, Request request) {
        handlers.of(request.kind());
        Correlation correlation = Correlation.current()
                .orElseGet(() -> new Correlation(request.id().toString(), null, "service/" + settings.service(), null));
        boolean fresh = OperationTable.insert(transaction, request, correlation, clock.instant());
        if (fresh) {
            wakeups.in(GROUP, request.id().toString(), Duration.ZERO);
        }
        return fresh;
    }

    @Override
    public boolean cancel(Handle transaction, UUID id, String who) {
        boolean asked = OperationTable.requestCancel(transaction, id, who, clock.instant());
        if (asked) {
            wakeups.in(GROUP, id.toString(), Duration.ZERO);
            // If it runs right here it need not wait for the next heartbeat.
            database.afterCommit(() -> executor.cancelled(id, who));
        }
        return asked;
    }

    @Override
    public void wake(Handle transaction, UUID id) {
        if (OperationTable.requestWake(transaction, id, clock.instant())) {
            wakeups.in(GROUP, id.toString(), Duration.ZERO);
        }
    }

    @Override
    public Optional<View> find(Handle transaction, UUID id) {
        return OperationTable.find(transaction, id);
    }
}
