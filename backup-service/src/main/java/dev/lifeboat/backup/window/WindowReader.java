package dev.lifeboat.backup.window;

import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupCatalogue;
import dev.lifeboat.backup.backup.BackupState;
import dev.lifeboat.backup.backup.Outcome;
import dev.lifeboat.backup.backup.Outcome.Stanza;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.backup.window.ArchiveInfo.ArchivedSystem;
import dev.lifeboat.backup.window.RepositoryWindow.DatabaseSystem;
import dev.lifeboat.backup.window.RepositoryWindow.Known;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Reads what the repositories of a cluster hold, and computes its recovery window. A store that does not list makes its
 * part unknown; it does not make it empty.
 */
@ApplicationScoped
class WindowReader {
    private final Database database;
    private final Fleet fleet;
    private final BackupCatalogue catalogue;
    private final RepositoryStores stores;
    private final SecretReferences secrets;
    private final SegmentSizes sizes;
    private final AuditRecords records;
    private final ScrubRecords scrubs;

    WindowReader(
            Database database,
            Fleet fleet,
            BackupCatalogue catalogue,
            RepositoryStores stores,
            SecretReferences secrets,
            SegmentSizes sizes,
            AuditRecords records,
            ScrubRecords scrubs) {
        this.database = database;
        this.fleet = fleet;
        this.catalogue = catalogue;
        this.stores = stores;
        this.secrets = secrets;
        this.sizes = sizes;
        this.records = records;
        this.scrubs = scrubs;
    }

    private record Facts(
            List<Backup> backups,
            Map<String, DeclaredRepository> repositories,
            Map<Place, Map<Integer, Lsn>> reach,
            Scrub scrub) {

        Map<Integer, Lsn> seen(String repository, String method, String archive) {
            return reach.getOrDefault(new Place(repository, method, archive), Map.of());
        }
    }

    /** The window as of now, by what audits know of damage. */
    List<RepositoryWindow> read(DeclaredCluster cluster) throws InterruptedException {
        return read(
                cluster,
                new Scrub(database.inTransaction(transaction -> scrubs.damaged(transaction, cluster.id())), 0));
    }

    /** The window as of now; the scrub reads some of what is listed. */
    List<RepositoryWindow> read(DeclaredCluster cluster, Scrub scrub) throws InterruptedException {
        Facts facts = database.inTransaction(transaction -> facts(transaction, cluster, scrub));
        List<RepositoryWindow> windows = new ArrayList<>();
        for (WalSource source : WalSource.of(cluster.spec(), facts.backups())) {
            windows.addAll(read(cluster, source, facts));
        }
        return List.copyOf(windows);
    }

    private Facts facts(Handle transaction, DeclaredCluster cluster, Scrub scrub) {
        List<Backup> backups = catalogue.completed(transaction, cluster.id());
        Map<String, DeclaredRepository> repositories = new LinkedHashMap<>();
        WalSource.of(cluster.spec(), backups).forEach(source -> fleet.repository(transaction, source.repository())
                .ifPresent(repository -> repositories.put(source.repository(), repository)));
        return new Facts(backups, repositories, records.reach(transaction, cluster.id()), scrub);
    }

    private List<RepositoryWindow> read(DeclaredCluster cluster, WalSource source, Facts facts)
            throws InterruptedException {
        DeclaredRepository repository = facts.repositories().get(source.repository());
        if (repository == null) {
            return List.of(RepositoryWindow.unknown(
                    source.repository(),
                    source.method(),
                    new Failure(
                            "repository.not-found",
                            "The repository is not declared any more.",
                            "a declared repository",
                            source.repository(),
                            "Declare it again.")));
        }
        List<Backup> backups = facts.backups().stream()
                .filter(backup -> backup.repository().equals(source.repository()))
                .filter(backup -> backup.method().equals(source.method()))
                .toList();
        try (ObjectStore store = stores.openForReading(repository.spec())) {
            return source.method().equals(WalSource.PGBACKREST)
                    ? pgbackrest(cluster, repository, store, backups, facts)
                    : List.of(streamed(cluster, source, store, backups, facts));
        } catch (StoreException e) {
            return List.of(RepositoryWindow.unknown(
                    source.repository(), source.method(), e.fault().failure()));
        } catch (SecretException | UncheckedIOException | IllegalArgumentException e) {
            return List.of(RepositoryWindow.unknown(
                    source.repository(),
                    source.method(),
                    new Failure(
                            "window.repository-unreadable",
                            "What the repository says about itself cannot be read.",
                            "archive.info, encrypted as the repository is declared",
                            e.getMessage(),
                            "Look at the repository's encryption and its credentials.")));
        }
    }

    private List<RepositoryWindow> pgbackrest(
            DeclaredCluster cluster,
            DeclaredRepository repository,
            ObjectStore store,
            List<Backup> backups,
            Facts facts)
            throws InterruptedException {
        String name = cluster.spec().name();
        Map<Stanza, List<Backup>> byStanza = new LinkedHashMap<>();
        Stanza own = new Stanza(name, PgBackRestRepository.keyPrefix(name, cluster.id()));
        backups.forEach(backup -> byStanza.computeIfAbsent(adopted(backup).orElse(own), any -> new ArrayList<>())
                .add(backup));
        if (byStanza.isEmpty() || archives(cluster, repository)) {
            byStanza.putIfAbsent(own, List.of());
        }
        List<RepositoryWindow> windows = new ArrayList<>();
        for (Map.Entry<Stanza, List<Backup>> stanza : byStanza.entrySet()) {
            String place = stanza.getKey().equals(own)
                    ? ""
                    : stanza.getKey().path() + "/archive/" + stanza.getKey().stanza() + "/";
            windows.addAll(stanza(cluster, repository, store, stanza.getKey(), place, stanza.getValue(), facts));
        }
        return windows;
    }

    private static boolean archives(DeclaredCluster cluster, DeclaredRepository repository) {
        return WalSource.of(cluster.spec(), List.of())
                .contains(new WalSource(repository.spec().name(), WalSource.PGBACKREST));
    }

    private static Optional<Stanza> adopted(Backup backup) {
        return backup.state() instanceof BackupState.Completed completed
                ? Optional.ofNullable(completed.outcome().adopted())
                : Optional.empty();
    }

    /** @param place what tells its archive from the cluster's own, which has none */
    private List<RepositoryWindow> stanza(
            DeclaredCluster cluster,
            DeclaredRepository repository,
            ObjectStore store,
            Stanza stanza,
            String place,
            List<Backup> backups,
            Facts facts)
            throws InterruptedException {
        Optional<Secret> passphrase = Optional.ofNullable(repository.spec().encryption())
                .map(encryption -> secrets.resolve(encryption.passphrase()));
        PgBackRestArchive archive = new PgBackRestArchive(store, stanza.path(), stanza.stanza(), passphrase);
        Optional<ArchiveInfo> info = archive.info();
        if (info.isEmpty()) {
            return List.of(empty(repository.spec().name(), backups));
        }
        long segmentBytes = sizes.of(cluster, store, backups);
        List<RepositoryWindow> windows = new ArrayList<>();
        for (ArchivedSystem system : info.get().systems()) {
            StoredWal wal = archive.wal(
                    info.get(),
                    system,
                    segmentBytes,
                    facts.seen(repository.spec().name(), WalSource.PGBACKREST, place + system.folder()),
                    facts.scrub().flaws(repository.spec().name()));
            facts.scrub()
                    .read(
                            repository.spec().name(),
                            store,
                            object ->
                                    ReadBack.archived(store, object, info.get().passphrase()));
            windows.add(RepositoryWindow.of(
                    repository.spec().name(),
                    WalSource.PGBACKREST,
                    new DatabaseSystem(system.systemIdentifier(), place + system.folder()),
                    known(wal, opening(backups, system.systemIdentifier()))));
        }
        return windows;
    }

    /** One declaration is of one database system: what it streamed is in one folder. */
    private RepositoryWindow streamed(
            DeclaredCluster cluster, WalSource source, ObjectStore store, List<Backup> backups, Facts facts)
            throws InterruptedException {
        StreamedWal streamed =
                new StreamedWal(store, StreamedWal.folder(cluster.spec().name(), cluster.id()));
        long segmentBytes = sizes.of(cluster, store, backups);
        StoredWal wal = streamed.wal(
                segmentBytes,
                facts.seen(source.repository(), source.method(), ""),
                facts.scrub().flaws(source.repository()));
        facts.scrub().read(source.repository(), store, object -> ReadBack.streamed(store, object));
        RecoveryWindow window = WindowRules.of(
                wal,
                backups.stream().flatMap(backup -> opening(backup).stream()).toList());
        StreamedWal.End end = window.newest()
                .map(newest -> streamed.end(newest.end(), segmentBytes))
                .orElse(StreamedWal.End.NOT_TOLD);
        return new RepositoryWindow(
                source.repository(),
                source.method(),
                end.systemIdentifier().map(identifier -> new DatabaseSystem(identifier, null)),
                Optional.of(new Known(wal, window, end.lastCommit())),
                Optional.empty());
    }

    private static Known known(StoredWal wal, List<OpeningBackup> backups) {
        return new Known(wal, WindowRules.of(wal, backups), Optional.empty());
    }

    /** Nothing was archived yet; a backup that lies there all the same has lost its WAL. */
    private static RepositoryWindow empty(String repository, List<Backup> backups) {
        StoredWal nothing = new StoredWal(SegmentSizes.USUAL, List.of(), Map.of(), List.of(), List.of(), Map.of());
        return new RepositoryWindow(
                repository,
                WalSource.PGBACKREST,
                Optional.empty(),
                Optional.of(known(
                        nothing,
                        backups.stream()
                                .flatMap(backup -> opening(backup).stream())
                                .toList())),
                Optional.empty());
    }

    private static List<OpeningBackup> opening(List<Backup> backups, String systemIdentifier) {
        return backups.stream()
                .filter(backup -> backup.state() instanceof BackupState.Completed completed
                        && systemIdentifier.equals(completed.outcome().systemIdentifier()))
                .flatMap(backup -> opening(backup).stream())
                .toList();
    }

    private static Optional<OpeningBackup> opening(Backup backup) {
        if (!(backup.state() instanceof BackupState.Completed completed)) {
            return Optional.empty();
        }
        Outcome outcome = completed.outcome();
        if (outcome.startLsn() == null || outcome.stopLsn() == null || outcome.timeline() == null) {
            return Optional.empty();
        }
        return Optional.of(new OpeningBackup(
                backup.id(),
                outcome.label(),
                outcome.timeline(),
                Lsn.parse(outcome.startLsn()),
                Lsn.parse(outcome.stopLsn()),
                completed.completedAt()));
    }
}
