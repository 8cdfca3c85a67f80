package dev.lifeboat.platform.health;

import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** The work directory can be written to, and reached by the tools that run as another operating-system user. */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
public class WorkDirectoryReadiness implements HealthCheck {
    private final Path folder;

    WorkDirectoryReadiness(@ConfigProperty(name = "lifeboat.work-directory") Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public HealthCheckResponse call() {
        return Readiness.of("work-directory", missing(folder, "root".equals(System.getProperty("user.name"))));
    }

    static Optional<Failure> missing(Path folder, boolean asRoot) {
        try {
            if (!Files.exists(folder)) {
                Files.createDirectories(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            }
            if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
                return Optional.of(new Failure(
                        "work-directory.unusable",
                        "The work directory cannot be written to.",
                        "a folder that the service's user can write to",
                        folder.toString(),
                        "Correct its owner, or lifeboat.work-directory."));
            }
            for (Path part = folder; asRoot && part != null; part = part.getParent()) {
                if (!Files.getPosixFilePermissions(part).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return Optional.of(new Failure(
                            "work-directory.closed",
                            "PostgreSQL's server programs refuse to run as root, and the user that they run as cannot"
                                    + " enter the work directory.",
                            "execute permission for others on " + part,
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(part)),
                            "chmod o+x " + part + ", or choose another lifeboat.work-directory."));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Failure(
                    "work-directory.unusable",
                    "The work directory cannot be used.",
                    "a folder that the service's user can write to",
                    e.toString(),
                    "Correct its owner, or lifeboat.work-directory."));
        }
    }
}
