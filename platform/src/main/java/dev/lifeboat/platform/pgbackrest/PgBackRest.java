package dev.lifeboat.platform.pgbackrest;

import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.secrets.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * pgBackRest, for one stanza and one configuration file. It runs as the operating-system user of the server, gets secrets
 * by environment, and none of it outlives us. What does not succeed is a {@link PgBackRestException}.
 */
public final class PgBackRest {
    /** The annotation that tells which backup of Lifeboat's a set is. */
    public static final String BACKUP_ID = "lifeboat-backup-id";

    /** It has time limits of its own for whatever it waits for; this is for one that hangs. */
    private static final Duration SHORT_COMMAND = Duration.ofMinutes(30);

    private static final int ANSWER_BYTES = 256 * 1024 * 1024;

    private final ProcessRunner runner;
    private final Access access;
    private final Optional<String> repository;

    /** Runs the program by this runner. */
    public PgBackRest(ProcessRunner runner, Access access) {
        this(runner, access, Optional.empty());
    }

    private PgBackRest(ProcessRunner runner, Access access, Optional<String> repository) {
        this.runner = runner;
        this.access = access;
        this.repository = repository;
    }

    /** The same, and what fails says in which repository: by its declared name. */
    public PgBackRest naming(String declared) {
        return new PgBackRest(runner, access, Optional.of(declared));
    }

    /**
     * How it is run.
     *
     * @param program absolute path, or name in PATH
     * @param user operating-system user of the server
     * @param config configuration file, without secrets
     * @param stanza name of the stanza
     * @param secrets for the repository
     * @param environment more for its environment: how libpq reaches the server
     * @param serverPassword for libpq
     */
    public record Access(
            String program,
            String user,
            Path config,
            String stanza,
            PgBackRestSecrets secrets,
            Map<String, String> environment,
            Optional<Secret> serverPassword) {

        /** For commands that reach no server. */
        public static Access withoutServer(
                String program, String user, Path config, String stanza, PgBackRestSecrets secrets) {
            return new Access(program, user, config, stanza, secrets, Map.of(), Optional.empty());
        }
    }

    /**
     * The version that is installed.
     *
     * @throws dev.lifeboat.platform.process.ProcessException {@code process.program-missing} when there is none
     */
    public static PgBackRestVersion version(ProcessRunner runner, String program) throws InterruptedException {
        ProcessResult result = runner.run(ProcessSpec.of(program, "version").deadline(Duration.ofMinutes(1)));
        return PgBackRestVersion.parse(result.requireSuccess().stdout());
    }

    /** A command and its options, to be run by whoever wants to follow it; secrets are not among the options. */
    public ProcessSpec command(String command, List<String> options) {
        return command(command, options, List.of());
    }

    /** The same, for a command that has parameters, as the name of a file. */
    public ProcessSpec command(String command, List<String> options, List<String> parameters) {
        List<String> arguments = new ArrayList<>();
        arguments.add(access.program());
        arguments.add("--config=" + access.config());
        arguments.add("--stanza=" + access.stanza());
        arguments.addAll(options);
        arguments.add(command);
        arguments.addAll(parameters);
        ProcessSpec spec = access.secrets()
                .into(ProcessSpec.of(arguments).runAs(access.user()).environment(access.environment()));
        return access.serverPassword()
                .map(password -> spec.secret("PGPASSWORD", password))
                .orElse(spec);
    }

    /** Runs a command to its end. */
    public ProcessResult run(String command, String... options) throws InterruptedException {
        return succeeded(command, runner.run(command(command, List.of(options)).deadline(SHORT_COMMAND)));
    }

    /** Itself when a command that somebody else has run succeeded. */
    public ProcessResult succeeded(String command, ProcessResult result) {
        try {
            return requireSuccess(command, result);
        } catch (PgBackRestException failed) {
            throw named(failed);
        }
    }

    private PgBackRestException named(PgBackRestException failed) {
        return repository.map(failed::in).orElse(failed);
    }

    /** Itself when the command succeeded. */
    public static ProcessResult requireSuccess(String command, ProcessResult result) {
        if (!result.succeeded()) {
            throw new PgBackRestException("pgbackrest " + command, PgBackRestFault.classify(result));
        }
        return result;
    }

    /** What the repository holds of the stanza. */
    public PgBackRestInfo info() throws InterruptedException {
        ProcessResult result = runner.run(command("info", List.of("--output=json"))
                .stdout(new ProcessOutput.Text(ANSWER_BYTES))
                .deadline(SHORT_COMMAND));
        succeeded("info", result);
        try {
            return PgBackRestInfo.parse(access.stanza(), result.stdout());
        } catch (PgBackRestException failed) {
            throw named(failed);
        }
    }

    /** Makes the stanza, or checks the one that is there against the server. */
    public void createStanza() throws InterruptedException {
        run("stanza-create");
    }

    /**
     * The same beside a server that archives asynchronously, whose archiver holds the stanza's lock as long as there is
     * something to archive: all the time while a repository is away.
     *
     * @param locks folder for locks of its own; two of these at once do get into each other's way
     */
    public void createStanza(Path locks) throws InterruptedException {
        run("stanza-create", "--lock-path=" + locks);
    }

    /** Proves that the server's archive_command brings a segment into the repository. */
    public void check() throws InterruptedException {
        run("check");
    }

    /**
     * Removes a set, all that build on it, and the WAL before the oldest of the newest {@code fullsKept} full backups.
     *
     * @param fullsKept full backups that will be left; WAL is needed from the oldest of them on
     */
    public void expire(String label, long fullsKept) throws InterruptedException {
        run(
                "expire",
                "--set=" + label,
                "--repo1-retention-archive-type=full",
                "--repo1-retention-archive=" + fullsKept);
    }
}
