package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.backup.Together;
import dev.lifeboat.backup.dump.ArchiveFormat.Archive;
import dev.lifeboat.platform.inventory.FingerprintReader;
import dev.lifeboat.platform.inventory.FingerprintReader.Selection;
import dev.lifeboat.platform.inventory.FingerprintReader.Table;
import dev.lifeboat.platform.inventory.InventoryReader;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;

/** Takes one database: its dump, its inventory and its fingerprint, all of one snapshot, side by side. */
final class DatabaseDumper {
    private final DumpSource source;
    private final ArchiveFormat format;
    private final BackupPolicy policy;
    private final DumpConfig config;

    DatabaseDumper(DumpSource source, ArchiveFormat format, BackupPolicy policy, DumpConfig config) {
        this.source = source;
        this.format = format;
        this.policy = policy;
        this.config = config;
    }

    /** What came of it. */
    record DumpedDatabase(
            DatabaseDump dump,
            Inventory.Database inventory,
            Optional<DatabaseFingerprint> fingerprint,
            List<String> omissions) {}

    DumpedDatabase dump(String database, Together together) throws Exception {
        long lockWait = config.lockWait().toMillis();
        try (Snapshot snapshot = Snapshot.take(source, database, lockWait)) {
            Future<Archive> archive = together.run(() -> format.take(database, snapshot));
            Optional<Future<DatabaseFingerprint>> fingerprint =
                    policy.fingerprint().equals("off")
                            ? Optional.empty()
                            : Optional.of(together.run(() -> fingerprint(database, snapshot, lockWait)));
            Inventory.Database inventory = new InventoryReader().database(snapshot.holder());
            Map<Long, String> expected = DatabaseFacts.tablesWithData(snapshot.holder());
            together.await();
            snapshot.settled();
            return checked(database, snapshot, archive.get(), fingerprint, inventory, expected);
        }
    }

    private DatabaseFingerprint fingerprint(String database, Snapshot snapshot, long lockWait) throws SQLException {
        Connection connection = snapshot.sibling(lockWait);
        Selection selection =
                policy.fingerprint().equals("full") ? Selection.full() : Selection.sample(config.sampleBytes());
        return new FingerprintReader().read(connection, database, selection, relation -> {});
    }

    private DumpedDatabase checked(
            String database,
            Snapshot snapshot,
            Archive archive,
            Optional<Future<DatabaseFingerprint>> fingerprint,
            Inventory.Database inventory,
            Map<Long, String> expected)
            throws Exception {
        ArchiveListing listing = format.readBack(archive, snapshot);
        List<String> missing = listing.missing(expected);
        if (!missing.isEmpty()) {
            throw new DumpFailure(
                    new Failure(
                            "dump.tables-missing",
                            "The dump of " + database + " does not hold the rows of all tables.",
                            expected.size() + " tables",
                            "without " + String.join(", ", missing.subList(0, Math.min(10, missing.size())))
                                    + (missing.size() > 10 ? " and " + (missing.size() - 10) + " more" : ""),
                            "Report it, with the versions of server and programs."),
                    true);
        }
        List<String> omissions = new ArrayList<>(
                Omissions.in("database " + database, archive.said().stderr()));
        List<Table> rewritten = new FingerprintReader().rewritten(snapshot.holder());
        for (Table table : rewritten) {
            omissions.add("database " + database + ": table " + table.schema() + "." + table.name()
                    + " was truncated or rewritten after the snapshot; its rows in the dump may not be the snapshot's");
        }
        Optional<DatabaseFingerprint> proven = Optional.empty();
        if (fingerprint.isPresent()) {
            List<SequenceState> sequences =
                    listing.sequenceSets().isEmpty() ? List.of() : format.sequences(archive, snapshot, listing);
            proven = Optional.of(settled(fingerprint.get().get(), rewritten, sequences));
        }
        DatabaseDump dump = new DatabaseDump(
                database, snapshot.oid(), policy.format(), snapshot.name(), snapshot.at(), archive.objects());
        return new DumpedDatabase(dump, inventory, proven, omissions);
    }

    /**
     * What may be compared after a restore: tables that somebody rewrote under the snapshot are left out, and sequences
     * are as the dump has them, because they are not transactional. Which sequences count says the reading.
     */
    static DatabaseFingerprint settled(
            DatabaseFingerprint read, List<Table> rewritten, List<SequenceState> dumpedSequences) {
        Set<Table> unsafe = Set.copyOf(rewritten);
        List<TableFingerprint> tables = read.tables().stream()
                .map(table -> unsafe.contains(new Table(table.schema(), table.table())) && table.excluded() == null
                        ? new TableFingerprint(
                                table.schema(), table.table(), null, null, "rewritten after the snapshot")
                        : table)
                .toList();
        Set<List<String>> counted = new HashSet<>();
        read.sequences().forEach(sequence -> counted.add(List.of(sequence.schema(), sequence.sequence())));
        List<SequenceState> sequences = dumpedSequences.stream()
                .filter(sequence -> counted.contains(List.of(sequence.schema(), sequence.sequence())))
                .toList();
        return new DatabaseFingerprint(read.database(), tables, sequences, read.largeObjects());
    }
}
