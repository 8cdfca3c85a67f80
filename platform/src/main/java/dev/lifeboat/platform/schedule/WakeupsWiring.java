package dev.lifeboat.platform.schedule;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.quartz.Scheduler;

/** Wires wake-ups to the Quartz scheduler of the service and its transactions. */
@Dependent
final class WakeupsWiring {

    @Produces
    @Singleton
    Wakeups wakeups(Scheduler scheduler, TransactionSynchronizationRegistry transactions) {
        return new QuartzWakeups(
                scheduler, work -> transactions.registerInterposedSynchronization(new BeforeCompletion(work)));
    }

    private record BeforeCompletion(Runnable work) implements Synchronization {
        @Override
        public void beforeCompletion() {
            work.run();
        }

        @Override
        public void afterCompletion(int status) {
            // The store is part of the transaction: there is nothing to make good.
        }
    }
}
