package dev.lifeboat.restore.run;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.SandboxLauncher;
import dev.lifeboat.restore.sandbox.Folders;
import dev.lifeboat.restore.sandbox.Sandboxes;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Wires sandboxes. */
@Dependent
final class RestoreWiring {
    private static final Duration LOOKS_AT_LEASE = Duration.ofMillis(250);

    @Produces
    @Singleton
    Folders folders(@ConfigProperty(name = "lifeboat.work-directory") Path work, RecoverySettings settings) {
        return Folders.in(
                work.toAbsolutePath().normalize(),
                OsUser.areWeRoot() ? settings.serverUser() : OsUser.current().name());
    }

    @Produces
    @Singleton
    SandboxLauncher launcher(ProcessRunner runner, Folders folders) {
        return new SandboxLauncher(runner.work(), List.of(folders.sandboxes()), LOOKS_AT_LEASE);
    }

    @Produces
    @Singleton
    Sandboxes sandboxes(Folders folders, PostgresTools tools, SandboxLauncher launcher, ProcessRunner runner) {
        return new Sandboxes(folders, tools, launcher, runner);
    }
}
