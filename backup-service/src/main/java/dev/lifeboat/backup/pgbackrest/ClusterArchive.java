package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.backup.BackupRepositories;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The pgBackRest repositories of a cluster, and that its WAL arrives there: configuration on the database's host, stanza,
 * {@code archive_command}. For backups by pgBackRest, and for clusters with {@code wal.mode: archive}. The server archives
 * into all of them by one configuration, in which they are numbered; each command of ours is about one and has a
 * configuration with that one alone, so that another that is away does not stand in its way.
 */
@ApplicationScoped
public class ClusterArchive {
    private static final Logger LOG = Logger.getLogger(ClusterArchive.class);
    /** Four to look at its archive, four for the segment before, four for the one that is waited for; and as much again. */
    private static final int TRIES_WHILE_ONE_IS_AWAY = 24;

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

    /**
     * A stanza that is made and archived into, ready for backups.
     *
     * @param elsewhere what stands in the way of WAL in other repositories of the cluster; nothing mostly
     */
    record Ready(
            PgBackRest tool, DeclaredServer server, ArchivingFacts facts, HostFolder host, List<String> elsewhere) {}

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
        DataDirectory dataDirectory = DataDirectory.of(spec);
        DeclaredServer server = server(spec);
        ArchivingFacts facts = server.facts();
        dataDirectory.requireThatOf(facts);
        PgBackRest.version(runner, settings.program()).requireKnows(facts.major());

        HostFolder host = HostFolder.open(workDirectory, cluster.id(), dataDirectory.owner());
        List<DeclaredRepository> archived = archived(spec, repository);
        ArchiveCommand command =
                ArchiveCommand.of(cluster.id(), Programs.find(settings.program()), host.archiving(), spec.name());
        Archiving archiving = Archiving.decide(facts, command, declared::contain);
        if (archiving instanceof Archiving.Refused refused) {
            throw Refusal.fatal(refused.failure());
        }
        String withSecrets = config(cluster, archived, host, dataDirectory)
                .textWith(archived.stream().map(this::secrets).toList());
        Map<DeclaredRepository, PgBackRest> unchecked = new LinkedHashMap<>();
        for (DeclaredRepository each : archived) {
            if (!(archiving instanceof Archiving.InForce) || !host.isChecked(name(each), withSecrets, command.text())) {
                unchecked.put(each, tool(cluster, each, host, dataDirectory, server));
            }
        }
        List<String> elsewhere = new ArrayList<>();
        // The stanza first: until it is there, every segment that the server hands over fails.
        elsewhere.addAll(inEach(unchecked, repository, tool -> tool.createStanza(host.ownLocks())));
        host.write(host.archiving(), withSecrets);
        if (archiving instanceof Archiving.ToBeSet) {
            server.set(command);
        }
        elsewhere.addAll(inEach(unchecked, repository, PgBackRest::check));
        unchecked.keySet().forEach(each -> host.checked(name(each), withSecrets, command.text()));
        return new Ready(tool(cluster, repository, host, dataDirectory, server), server, facts, host, elsewhere);
    }

    /** Something that is done with the tool of one repository. */
    @FunctionalInterface
    private interface Preparation {
        void by(PgBackRest tool) throws InterruptedException;
    }

    /**
     * Does it in each. What fails in another than the one that is needed is told, left out from then on, and tried again
     * next time: a region that is away must not keep backups from the other.
     */
    private static List<String> inEach(
            Map<DeclaredRepository, PgBackRest> tools, DeclaredRepository needed, Preparation preparation)
            throws InterruptedException {
        List<String> failed = new ArrayList<>();
        for (var each : List.copyOf(tools.entrySet())) {
            try {
                preparation.by(each.getValue());
            } catch (PgBackRestException away) {
                if (name(each.getKey()).equals(name(needed))) {
                    throw away;
                }
                tools.remove(each.getKey());
                Failure failure = away.fault().failure();
                LOG.warnf("WAL does not arrive in repository %s yet: %s", name(each.getKey()), failure);
                failed.add("WAL does not arrive in repository " + name(each.getKey()) + " (" + failure.code() + ": "
                        + failure.found() + ")");
            }
        }
        return failed;
    }

    /** Those that the cluster's WAL goes to, the given one among them. */
    private List<DeclaredRepository> archived(ClusterSpec cluster, DeclaredRepository needed) {
        List<String> names = BackupRepositories.archived(cluster);
        if (!names.contains(name(needed))) {
            throw Refusal.fatal(new Failure(
                    "pgbackrest.repository-without-wal",
                    "The cluster's WAL does not go to this repository.",
                    String.join(" or ", names),
                    name(needed),
                    "Declare a policy with method pgbackrest and this repository."));
        }
        List<DeclaredRepository> all = new ArrayList<>();
        for (String each : names) {
            all.add(
                    each.equals(name(needed))
                            ? needed
                            : declared.repository(each)
                                    .orElseThrow(() -> Refusal.fatal(new Failure(
                                            "repository.not-found",
                                            "A repository that the cluster's WAL goes to is not declared.",
                                            "a declared repository",
                                            each,
                                            "Declare it, or take it out of the cluster."))));
        }
        return all;
    }

    private PgBackRest tool(
            DeclaredCluster cluster,
            DeclaredRepository repository,
            HostFolder host,
            DataDirectory dataDirectory,
            DeclaredServer server) {
        host.write(
                host.commands(name(repository)),
                config(cluster, List.of(repository), host, dataDirectory).text());
        return new PgBackRest(
                        runner,
                        new PgBackRest.Access(
                                settings.program(),
                                dataDirectory.owner().getName(),
                                host.commands(name(repository)),
                                cluster.spec().name(),
                                secrets(repository),
                                server.environment(),
                                server.password()))
                .naming(name(repository));
    }

    private static String name(DeclaredRepository repository) {
        return repository.spec().name();
    }

    /** The tool alone, for what needs no server: looking into the repository and removing from it. */
    PgBackRest tool(DeclaredCluster cluster, DeclaredRepository repository) {
        DataDirectory dataDirectory = DataDirectory.of(cluster.spec());
        HostFolder host = HostFolder.open(workDirectory, cluster.id(), dataDirectory.owner());
        host.write(
                host.commands(name(repository)),
                config(cluster, List.of(repository), host, dataDirectory).text());
        return new PgBackRest(
                        runner,
                        PgBackRest.Access.withoutServer(
                                settings.program(),
                                dataDirectory.owner().getName(),
                                host.commands(name(repository)),
                                cluster.spec().name(),
                                secrets(repository)))
                .naming(name(repository));
    }

    private PgBackRestConfig config(
            DeclaredCluster cluster,
            List<DeclaredRepository> repositories,
            HostFolder host,
            DataDirectory dataDirectory) {
        ClusterSpec.Connection connection = cluster.spec().connection();
        return new PgBackRestConfig(
                cluster.spec().name(),
                new PgBackRestConfig.Server(
                        dataDirectory.path(),
                        OptionalInt.of(connection.port()),
                        Optional.of(connection.user()),
                        Optional.ofNullable(connection.database()),
                        Optional.ofNullable(connection.socketDirectory()).map(Path::of)),
                repositories.stream()
                        .map(each -> PgBackRestRepository.of(
                                each.spec(), cluster.spec().name(), cluster.id()))
                        .toList(),
                PgBackRestConfig.Folders.below(host.path()),
                // Workers are a matter of each backup, not of the cluster.
                new PgBackRestConfig.Tuning(
                        settings.compressType(),
                        settings.compressLevel(),
                        1,
                        archiveTimeout(
                                BackupRepositories.archived(cluster.spec()).size()),
                        Optional.of(settings.ioTimeout())));
    }

    /** WAL gets slowly into a repository while another is away, which the server finds out anew for each few segments. */
    private Duration archiveTimeout(int repositories) {
        Duration whileOneIsAway = settings.ioTimeout().multipliedBy(TRIES_WHILE_ONE_IS_AWAY);
        Duration usual = settings.archiveTimeout();
        return repositories > 1 && whileOneIsAway.compareTo(usual) > 0 ? whileOneIsAway : usual;
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
}
