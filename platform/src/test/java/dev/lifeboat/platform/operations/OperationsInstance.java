package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.plain.PlainDatabase;
import dev.lifeboat.platform.plain.PlainQuartz;
import dev.lifeboat.platform.schedule.QuartzWakeups;
import dev.lifeboat.platform.schedule.WakeupJob;
import dev.lifeboat.platform.schedule.Wakeups;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/** One instance of a service, as far as operations go: its own pool, Quartz scheduler, executor and pulse. */
final class OperationsInstance implements AutoCloseable {
    final PlainDatabase database;
    final OperationSettings settings;
    final Wakeups wakeups;
    final OperationExecutor executor;
    final Operations operations;
    private final OperationPulse pulse;
    private final Scheduler scheduler;

    OperationsInstance(
            PlainDatabase database,
            InstantSource clock,
            Path folder,
            List<? extends OperationHandler> handlers,
            UnaryOperator<OperationSettings> adjust) {
        this.database = database;
        this.settings = adjust.apply(new OperationSettings(
                "instance/" + UUID.randomUUID(),
                "test",
                Duration.ofSeconds(20),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                8,
                Duration.ofSeconds(5),
                folder));
        try {
            scheduler = PlainQuartz.scheduler(settings.instance(), database);
            wakeups = new QuartzWakeups(scheduler, database);
            HandlerRegistry registry = new HandlerRegistry(handlers);
            executor = new OperationExecutor(settings, registry, database, wakeups, clock);
            operations = new JdbcOperations(settings, registry, database, wakeups, clock, executor);
            pulse = new OperationPulse(settings, executor);
            scheduler.setJobFactory((bundle, owner) -> new WakeupJob(List.of(executor)));
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    OperationsInstance start() {
        try {
            scheduler.start();
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
        pulse.start();
        return this;
    }

    /** Stops as a service does that gets SIGTERM. */
    @Override
    public void close() {
        pulse.stop();
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
        database.close();
    }
}
