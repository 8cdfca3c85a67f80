package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.schemas.Failure;
import java.util.List;
import java.util.Optional;

/** The programs that are installed on this host; a dump needs those of the server's major version or a newer one. */
final class InstalledPrograms implements ClusterProbe.Programs {
    private static final List<String> FOR_DUMPS = List.of("pg_dump", "pg_dumpall");

    private final PostgresTools tools;

    InstalledPrograms(PostgresTools tools) {
        this.tools = tools;
    }

    @Override
    public Optional<Failure> missingFor(int major) {
        try {
            for (String program : FOR_DUMPS) {
                tools.findAtLeast(program, major);
            }
            return Optional.empty();
        } catch (PostgresException e) {
            return Optional.of(e.fault().failure());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for PostgreSQL's programs", e);
        }
    }
}
