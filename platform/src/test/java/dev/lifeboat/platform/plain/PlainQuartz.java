package dev.lifeboat.platform.plain;

import java.util.Properties;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.DBConnectionManager;

/** Quartz as services have it, without a container around it. */
public final class PlainQuartz {
    private PlainQuartz() {}

    /** A clustered scheduler, not started, whose store takes part in the transactions of the database. */
    public static Scheduler scheduler(String instance, PlainDatabase database) throws SchedulerException {
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
            SchedulerRepository.getInstance().remove("lifeboat");
            Scheduler scheduler = super.getScheduler();
            SchedulerRepository.getInstance().remove("lifeboat");
            return scheduler;
        }
    }
}
