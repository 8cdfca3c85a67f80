package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.schedule.Wakeups;
import io.quarkus.arc.All;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Wires long work in a service. */
@Dependent
final class OperationsWiring {

    @Produces
    @Singleton
    OperationSettings settings(
            OperationsConfig config,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "lifeboat.work-directory") Path workDirectory) {
        if (config.heartbeat().multipliedBy(2).compareTo(config.lease()) >= 0) {
            throw new IllegalArgumentException("lifeboat.operations.heartbeat must be less than half of"
                    + " lifeboat.operations.lease, found " + config.heartbeat() + " and " + config.lease());
        }
        String instance = service + "/" + ProcessHandle.current().pid() + "/" + UUID.randomUUID();
        return new OperationSettings(
                instance,
                service,
                config.lease(),
                config.heartbeat(),
                config.sweep(),
                config.cap(),
                config.shutdownGrace(),
                workDirectory.toAbsolutePath().normalize().resolve("operations"));
    }

    @Produces
    @Singleton
    HandlerRegistry handlers(@All List<OperationHandler> handlers) {
        return new HandlerRegistry(handlers);
    }

    @Produces
    @Singleton
    @Unremovable
    OperationExecutor executor(
            OperationSettings settings,
            HandlerRegistry handlers,
            Database database,
            Wakeups wakeups,
            InstantSource clock) {
        return new OperationExecutor(settings, handlers, database, wakeups, clock);
    }

    @Produces
    @Singleton
    OperationPulse pulse(OperationSettings settings, OperationExecutor executor) {
        return new OperationPulse(settings, executor);
    }

    /** Of a normal scope, so that handlers may inject it although it needs to know the handlers. */
    @Produces
    @ApplicationScoped
    @Unremovable
    Operations operations(
            OperationSettings settings,
            HandlerRegistry handlers,
            Database database,
            Wakeups wakeups,
            InstantSource clock,
            OperationExecutor executor) {
        return new JdbcOperations(settings, handlers, database, wakeups, clock, executor);
    }

    // Last to begin, first to end: what operations use is there for as long as they run.
    void begin(@Observes @Priority(10_000) StartupEvent event, OperationPulse pulse) {
        pulse.start();
    }

    void end(@Observes @Priority(1) ShutdownEvent event, OperationPulse pulse) {
        pulse.stop();
    }
}
