package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestConfig;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.pgbackrest.PgBackRestSecrets;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.replay.WalRequests;
import dev.lifeboat.restore.replay.WalSegment;
import dev.lifeboat.restore.run.RestoreMethod.ArchiveQuestion;
import dev.lifeboat.restore.run.RestoreMethod.Job;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PgBackRestSet;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * pgBackRest as a sandbox uses it: a configuration, locks and logs of its own, and the repository's read-only credentials
 * where there are some. What the server itself runs ({@code restore_command}) gets its secrets from a file that only it can
 * read, and that goes when it is promoted.
 */
@ApplicationScoped
public class RestoreTool {
    /** What says that the backup itself cannot be brought back, whatever the host does. */
    private static final Set<String> BACKUP_AT_FAULT = Set.of(
            "pgbackrest.checksum-mismatch",
            "pgbackrest.repository-damaged",
            "pgbackrest.cipher-mismatch",
            "pgbackrest.file-missing",
            "pgbackrest.set-missing",
            "pgbackrest.stanza-missing",
            "pgbackrest.stanza-mismatch");

    private final ProcessRunner runner;
    private final SecretReferences secrets;
    private final String program;

    RestoreTool(
            ProcessRunner runner,
            SecretReferences secrets,
            @ConfigProperty(name = "lifeboat.pgbackrest.program", defaultValue = "pgbackrest") String program) {
        this.runner = runner;
        this.secrets = secrets;
        this.program = program;
    }

    /**
     * Ready to be used in one sandbox.
     *
     * @param restoreCommand for the server's configuration
     * @param requests where that command writes down what was asked for, see {@link WalRequests}
     * @param secretFile configuration with secrets, for that command alone
     */
    record Prepared(PgBackRest tool, String restoreCommand, Path requests, Path secretFile) {

        void forgetSecrets() {
            forget(secretFile);
        }
    }

    private record Configured(PgBackRest tool, Path folder, Path secretFile) {}

    private static void forget(Path secretFile) {
        try {
            Files.deleteIfExists(secretFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * For a recovery.
     *
     * @param last segment that the archive holds
     */
    Prepared prepare(Job job, WalSegment last) {
        Sandbox sandbox = job.sandbox();
        Configured configured = configure(
                sandbox,
                job.manifest(),
                job.repository().spec(),
                Math.clamp(job.host().processors(), 1, 8));
        Path requests = configured.folder().resolve("wal-requests");
        Path fetch = configured.folder().resolve("fetch-wal");
        String stanza = job.manifest().pgbackrest().stanza();
        sandbox.writeForServer(fetch, RestoreCommand.script(program, configured.secretFile(), stanza, last, requests));
        return new Prepared(configured.tool(), RestoreCommand.setting(fetch), requests, configured.secretFile());
    }

    /** For looking into the repository; {@code scratch} has no server. */
    PgBackRest looking(ArchiveQuestion question) {
        Configured configured = configure(
                question.scratch(), question.manifest(), question.repository().spec(), 1);
        // Nobody fetches by a script here.
        forget(configured.secretFile());
        return configured.tool();
    }

    private Configured configure(Sandbox sandbox, BackupManifest manifest, RepositorySpec repository, int processes) {
        PgBackRestSet set = manifest.pgbackrest();
        Path own = sandbox.makeFolder(sandbox.folder().root().resolve("pgbackrest"));
        var folders = PgBackRestConfig.Folders.below(own);
        sandbox.makeFolder(folders.lock());
        sandbox.makeFolder(folders.log());
        sandbox.makeFolder(folders.spool());
        PgBackRestConfig config = new PgBackRestConfig(
                set.stanza(),
                PgBackRestConfig.Server.restoredTo(sandbox.folder().data()),
                PgBackRestRepository.at(repository, set.repositoryPath()),
                folders,
                new PgBackRestConfig.Tuning("gz", OptionalInt.empty(), processes, Duration.ofMinutes(1)));
        PgBackRestSecrets keys = PgBackRestSecrets.resolve(secrets, repository, credentials(repository));
        Path plain = own.resolve("pgbackrest.conf");
        Path secret = own.resolve("pgbackrest-secret.conf");
        sandbox.writeForServer(plain, config.text());
        sandbox.writeForServer(secret, config.textWith(keys));
        return new Configured(
                new PgBackRest(
                        runner, PgBackRest.Access.withoutServer(program, sandbox.user(), plain, set.stanza(), keys)),
                own,
                secret);
    }

    /** What an error of the tool says: about the backup, or about the way to it. */
    static RuntimeException judged(PgBackRestException e) {
        if (BACKUP_AT_FAULT.contains(e.fault().code())) {
            return new DoesNotRestore(e.fault().failure());
        }
        return e.fault().retryable()
                ? NotCarriedOut.forNow(e.fault().failure(), e)
                : NotCarriedOut.forGood(e.fault().failure());
    }

    private static RepositorySpec.Credentials credentials(RepositorySpec repository) {
        return repository.readCredentials() != null ? repository.readCredentials() : repository.credentials();
    }
}
