package dev.lifeboat.platform.schedule;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.time.Ids;
import io.quarkus.arc.All;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;

/** Wires the timers of a service's policies. */
@Dependent
final class PolicyTimerWiring {

    @Produces
    @Singleton
    @Unremovable
    @Typed({JdbcPolicyTimer.class, WakeupTarget.class})
    JdbcPolicyTimer timer(
            Database database, Wakeups wakeups, InstantSource clock, Ids ids, @All List<PolicyTimerHandler> handlers) {
        return new JdbcPolicyTimer(database, wakeups, clock, ids, handlers);
    }

    /** Of a normal scope, so that handlers may inject it although it needs to know the handlers. */
    @Produces
    @ApplicationScoped
    PolicyTimer policyTimer(JdbcPolicyTimer timer) {
        return timer;
    }

    @Produces
    @Singleton
    OverdueTimers overdue(JdbcPolicyTimer timer) {
        return new OverdueTimers(timer);
    }

    void begin(@Observes @Priority(10_000) StartupEvent event, OverdueTimers overdue) {
        overdue.start();
    }

    void end(@Observes @Priority(1) ShutdownEvent event, OverdueTimers overdue) {
        overdue.stop();
    }
}
