package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestConfig;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.pgbackrest.PgBackRestSecrets;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.Programs;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The pgBackRest repository of a cluster, and that its WAL arrives there: configuration on the database's host, stanza,
 * {@code archive_command}. For backups by pgBackRest, and for clusters with {@code wal.mode: archive}.
 */
@ApplicationScoped
public class ClusterArchive {
    private final DeclaredClusters declared;
    private final SecretReferences secrets;
    private final ProcessRunner runner;
    private final PgBackRestSettings settings;
    private final Path workDirectory;

    /**
     * Works below the service's work folder.
     *
     * @param workDirectory must let the operating-system user of each server pass
     */
    public ClusterArchive(
            DeclaredClusters declared,
            SecretReferences secrets,
            ProcessRunner runner,
            PgBackRestSettings settings,
            @ConfigProperty(name = "lifeboat.work-directory") Path workDirectory) {
        this.declared = declared;
        this.secrets = secrets;
        this.runner = runner;
        this.settings = settings;
        this.workDirectory = workDirectory;
    }

    /** A stanza that is made and archived into, ready for backups. */
    record Ready(PgBackRest tool, DeclaredServer server, ArchivingFacts facts, HostFolder host) {}

    /**
     * Makes sure that WAL of the cluster arrives in the repository; cheap when nothing has changed since it was checked.
     *
     * @throws PgBackRestException if that cannot be; the failure says what to do, with the SQL
     * @throws dev.lifeboat.platform.postgres.PostgresException if the server cannot be asked
     * @throws dev.lifeboat.platform.secrets.SecretException if a reference does not resolve
     */
    public void ensure(DeclaredCluster cluster, DeclaredRepository repository) throws InterruptedException {
        ready(cluster, repository);
    }

    Ready ready(DeclaredCluster cluster, DeclaredRepository repository) throws InterruptedException {
        ClusterSpec spec = cluster.spec();
        Path dataDirectory = dataDirectory(spec);
        DeclaredServer server = server(spec);
        ArchivingFacts facts = server.facts();
        requireSame(dataDirectory, facts);
        PgBackRest.version(runner, settings.program()).requireKnows(facts.major());

        HostFolder host = HostFolder.open(workDirectory, cluster.id(), owner(dataDirectory));
        PgBackRestSecrets forRepository = secrets(repository);
        PgBackRestConfig config = config(cluster, repository, host, dataDirectory);
        ArchiveCommand command =
                ArchiveCommand.of(cluster.id(), Programs.find(settings.program()), host.archiving(), spec.name());
        Archiving archiving = Archiving.decide(facts, command, declared::contain);
        if (archiving instanceof Archiving.Refused refused) {
            throw Refusal.fatal(refused.failure());
        }
        String withSecrets = config.textWith(forRepository);
        host.write(host.archiving(), withSecrets);
        host.write(host.commands(), config.text());
        PgBackRest tool = new PgBackRest(
                runner,
                new PgBackRest.Access(
                        settings.program(),
                        owner(dataDirectory).getName(),
                        host.commands(),
                        spec.name(),
                        forRepository,
                        server.environment(),
                        server.password()));
        if (!(archiving instanceof Archiving.InForce) || !host.isChecked(withSecrets, command.text())) {
            // The stanza first: until it is there, every segment that the server hands over fails.
            tool.createStanza();
            if (archiving instanceof Archiving.ToBeSet) {
                server.set(command);
            }
            tool.check();
            host.checked(withSecrets, command.text());
        }
        return new Ready(tool, server, facts, host);
    }

    /** The tool alone, for what needs no server: looking into the repository and removing from it. */
    PgBackRest tool(DeclaredCluster cluster, DeclaredRepository repository) {
        Path dataDirectory = dataDirectory(cluster.spec());
        HostFolder host = HostFolder.open(workDirectory, cluster.id(), owner(dataDirectory));
        PgBackRestConfig config = config(cluster, repository, host, dataDirectory);
        host.write(host.commands(), config.text());
        return new PgBackRest(
                runner,
                PgBackRest.Access.withoutServer(
                        settings.program(),
                        owner(dataDirectory).getName(),
                        host.commands(),
                        cluster.spec().name(),
                        secrets(repository)));
    }

    private PgBackRestConfig config(
            DeclaredCluster cluster, DeclaredRepository repository, HostFolder host, Path dataDirectory) {
        ClusterSpec.Connection connection = cluster.spec().connection();
        return new PgBackRestConfig(
                cluster.spec().name(),
                new PgBackRestConfig.Server(
                        dataDirectory,
                        OptionalInt.of(connection.port()),
                        Optional.of(connection.user()),
                        Optional.ofNullable(connection.database()),
                        Optional.ofNullable(connection.socketDirectory()).map(Path::of)),
                PgBackRestRepository.of(repository.spec(), cluster.spec().name(), cluster.id()),
                PgBackRestConfig.Folders.below(host.path()),
                // Workers are a matter of each backup, not of the cluster.
                new PgBackRestConfig.Tuning(
                        settings.compressType(), settings.compressLevel(), 1, settings.archiveTimeout()));
    }

    private DeclaredServer server(ClusterSpec spec) {
        return new DeclaredServer(
                spec.connection(),
                Optional.ofNullable(spec.connection().password()).map(secrets::resolve));
    }

    private PgBackRestSecrets secrets(DeclaredRepository repository) {
        return PgBackRestSecrets.resolve(
                secrets, repository.spec(), repository.spec().credentials());
    }

    private static Path dataDirectory(ClusterSpec spec) {
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
        return folder;
    }

    /** The server may name the folder by another path: what counts is that it is the same. */
    private static void requireSame(Path declared, ArchivingFacts facts) {
        if (facts.dataDirectory() == null) {
            return;
        }
        try {
            Path reported = Path.of(facts.dataDirectory());
            if (reported.equals(declared) || (Files.exists(reported) && Files.isSameFile(reported, declared))) {
                return;
            }
        } catch (IOException unreadable) {
            // Then it is not the same as one that we can read.
        }
        throw Refusal.fatal(new Failure(
                "pgbackrest.data-directory-wrong",
                "The declared data directory is not that of the declared server.",
                declared.toString(),
                facts.dataDirectory(),
                "Correct dataDirectory or connection; pgBackRest runs on the server's own host."));
    }

    private static UserPrincipal owner(Path dataDirectory) {
        try {
            return Files.getOwner(dataDirectory);
        } catch (IOException e) {
            throw Refusal.fatal(new Failure(
                    "pgbackrest.data-directory-absent",
                    "The declared data directory cannot be looked at.",
                    "a folder that the service can see",
                    e.toString(),
                    "Correct dataDirectory, or the modes of the folders above it."));
        }
    }
}
