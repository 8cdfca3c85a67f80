package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.schedule.QuartzWakeups;
import dev.lifeboat.platform.schedule.WakeupJob;
import dev.lifeboat.platform.schedule.Wakeups;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.DBConnectionManager;

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
            scheduler = scheduler(settings.instance(), database);
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

    private static Scheduler scheduler(String instance, PlainDatabase database) throws SchedulerException {
        DBConnectionManager providers = DBConnectionManager.getInstance();
        providers.addConnectionProvider(instance + "/managed", database.managed());
        providers.addConnectionProvider(instance + "/own", database.unmanaged());
        Properties properties = new Properties();
        properties.put("org.quartz.scheduler.instanceName", "lifeboat");
        properties.put("org.quartz.scheduler.instanceId", instance);
        properties.put("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.put("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", "4");
        properties.put("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
        properties.put("org.quartz.threadPool.threadCount", "4");
        properties.put("org.quartz.threadPool.makeThreadsDaemons", "true");
        properties.put("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
        properties.put("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreCMT");
        properties.put("org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
        properties.put("org.quartz.jobStore.useProperties", "true");
        properties.put("org.quartz.jobStore.acquireTriggersWithinLock", "true");
        properties.put("org.quartz.jobStore.isClustered", "true");
        properties.put("org.quartz.jobStore.clusterCheckinInterval", "1000");
        properties.put("org.quartz.jobStore.misfireThreshold", "10000");
        properties.put("org.quartz.jobStore.dataSource", instance + "/managed");
        properties.put("org.quartz.jobStore.nonManagedTXDataSource", instance + "/own");
        return new PrivateSchedulerFactory(properties).getScheduler();
    }

    /** Schedulers of one name in one JVM: Quartz' repository would hand out the first one again. */
    private static final class PrivateSchedulerFactory extends StdSchedulerFactory {
        PrivateSchedulerFactory(Properties properties) throws SchedulerException {
            super(properties);
        }

        @Override
        public synchronized Scheduler getScheduler() throws SchedulerException {
            org.quartz.impl.SchedulerRepository.getInstance().remove("lifeboat");
            Scheduler scheduler = super.getScheduler();
            org.quartz.impl.SchedulerRepository.getInstance().remove("lifeboat");
            return scheduler;
        }
    }
}
