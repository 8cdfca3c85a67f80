package dev.lifeboat.restore.run;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.restore.sandbox.LeasedServers;
import dev.lifeboat.restore.sandbox.Sandboxes;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Wires sandboxes. */
@Dependent
final class RestoreWiring {

    @Produces
    @Singleton
    @DefaultBean
    PostgresTools postgresTools(ProcessRunner runner) {
        return new PostgresTools(runner, PostgresTools.DEBIAN);
    }

    @Produces
    @Singleton
    Sandboxes sandboxes(
            @ConfigProperty(name = "lifeboat.work-directory") Path work,
            RecoverySettings settings,
            PostgresTools tools,
            ProcessRunner runner) {
        Path root = work.toAbsolutePath().normalize();
        return new Sandboxes(
                root.resolve("sandboxes"),
                OsUser.areWeRoot() ? settings.serverUser() : OsUser.current().name(),
                tools,
                new LeasedServers(runner.work().resolve("launchers/sandbox"), root.resolve("servers")),
                runner);
    }
}
