package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * The declared data directory, on this host.
 *
 * @param owner the operating-system user of the server, as whom pgBackRest runs
 */
record DataDirectory(Path path, UserPrincipal owner) {

    /**
     * As it is declared.
     *
     * @throws dev.lifeboat.platform.pgbackrest.PgBackRestException if none is declared, or there is none
     */
    static DataDirectory of(ClusterSpec spec) {
        if (spec.dataDirectory() == null) {
            throw Refusal.fatal(new Failure(
                    "pgbackrest.data-directory-missing",
                    "The cluster does not say where its data directory is.",
                    "dataDirectory",
                    "none",
                    "Declare dataDirectory as SHOW data_directory says; pgBackRest runs on the server's own host."));
        }
        Path folder = Path.of(spec.dataDirectory());
        if (!Files.isDirectory(folder)) {
            throw Refusal.fatal(new Failure(
                    "pgbackrest.data-directory-absent",
                    "The declared data directory is not on this host.",
                    "a folder",
                    spec.dataDirectory(),
                    "Run backup-service on the server's own host, or correct dataDirectory."));
        }
        try {
            return new DataDirectory(folder, Files.getOwner(folder));
        } catch (IOException e) {
            throw Refusal.fatal(new Failure(
                    "pgbackrest.data-directory-absent",
                    "The declared data directory cannot be looked at.",
                    "a folder that the service can see",
                    e.toString(),
                    "Correct dataDirectory, or the modes of the folders above it."));
        }
    }

    /** The server may name the folder by another path: what counts is that it is the same. */
    void requireThatOf(ArchivingFacts facts) {
        if (facts.dataDirectory() == null) {
            return;
        }
        try {
            Path reported = Path.of(facts.dataDirectory());
            if (reported.equals(path) || (Files.exists(reported) && Files.isSameFile(reported, path))) {
                return;
            }
        } catch (IOException unreadable) {
            // Then it is not the same as one that we can read.
        }
        throw Refusal.fatal(new Failure(
                "pgbackrest.data-directory-wrong",
                "The declared data directory is not that of the declared server.",
                path.toString(),
                facts.dataDirectory(),
                "Correct dataDirectory or connection; pgBackRest runs on the server's own host."));
    }
}
