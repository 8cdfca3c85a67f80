package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestConfig;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.pgbackrest.PgBackRestSecrets;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * An archive of its own for a server that is handed over, where that was asked for: a new stanza under a prefix that nobody
 * else has. The old server's archive is never written to: both have one system identifier, and their WAL would mix.
 */
@ApplicationScoped
class NewArchive {
    private static final String FOLDER = "archive";

    private final ProcessRunner runner;
    private final SecretReferences secrets;
    private final Database database;
    private final Fleet fleet;
    private final String program;

    NewArchive(
            ProcessRunner runner,
            SecretReferences secrets,
            Database database,
            Fleet fleet,
            @ConfigProperty(name = "lifeboat.pgbackrest.program", defaultValue = "pgbackrest") String program) {
        this.runner = runner;
        this.secrets = secrets;
        this.database = database;
        this.fleet = fleet;
        this.program = program;
    }

    /**
     * What was asked for.
     *
     * @param name of the stanza, and what the server shall be called; no declared cluster's
     * @param repository that is declared
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Wish(String name, String repository) {}

    /** {@code archive_command} of the server. */
    String command(Wish wish, Path directory) {
        return tool(wish, directory).replace("%", "%%") + " archive-push %p";
    }

    /** The tool as people call it there. */
    String tool(Wish wish, Path directory) {
        return quoted(program) + " --config=" + quoted(config(directory).toString()) + " --stanza="
                + quoted(wish.name());
    }

    /**
     * Writes the configuration, and makes the stanza; the second time it changes nothing.
     *
     * @param data where the files of the stopped server are by now
     */
    void setUp(UUID restore, Wish wish, Path directory, Path data, Sandbox sandbox) throws InterruptedException {
        RepositorySpec repository = database.inTransaction(tx -> fleet.repository(tx, wish.repository()))
                .orElseThrow(() -> NotCarriedOut.forGood(new Failure(
                        "repository.unknown",
                        "The repository for the new archive is not declared.",
                        "a declared repository",
                        wish.repository(),
                        "Declare it, and ask for the restore again.")))
                .spec();
        Path folder = sandbox.makeFolder(directory.resolve(FOLDER));
        var folders = PgBackRestConfig.Folders.below(folder);
        List.of(folders.lock(), folders.log(), folders.spool()).forEach(sandbox::makeFolder);
        PgBackRestSecrets keys = PgBackRestSecrets.resolve(secrets, repository, repository.credentials());
        try {
            PgBackRestConfig config = new PgBackRestConfig(
                    wish.name(),
                    PgBackRestConfig.Server.restoredTo(data),
                    PgBackRestRepository.of(repository, wish.name(), restore),
                    folders,
                    new PgBackRestConfig.Tuning("gz", OptionalInt.empty(), 1, Duration.ofMinutes(1)));
            sandbox.writeForServer(config(directory), config.textWith(keys));
            new PgBackRest(
                            runner,
                            PgBackRest.Access.withoutServer(
                                    program, sandbox.user(), config(directory), wish.name(), keys))
                    .run("stanza-create", "--no-online");
        } catch (PgBackRestException e) {
            throw e.fault().retryable()
                    ? NotCarriedOut.forNow(e.fault().failure(), e)
                    : NotCarriedOut.forGood(e.fault().failure());
        }
    }

    /** Where it lies in the repository, the repository's own prefix left out. */
    static String prefix(UUID restore, Wish wish) {
        return PgBackRestRepository.keyPrefix(wish.name(), restore) + "/";
    }

    private static Path config(Path directory) {
        return directory.resolve(FOLDER).resolve("pgbackrest.conf");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
