package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.dump.DumpPrograms.Said;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.BackupManifest.DumpObject;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One object, straight from the program into the store, without a file in between. */
record CustomArchive(DumpPrograms programs, ObjectStore store, Deposit deposit, DumpKeys keys, long epoch, Path scratch)
        implements ArchiveFormat {
    private static final String NAME = "dump.pgc";

    @Override
    public Archive take(String database, Snapshot snapshot) throws InterruptedException {
        try (Deposit.Filling filling = deposit.fill(keys.file(epoch, snapshot.oid(), NAME))) {
            Said said = programs.custom(database, snapshot.name(), filling::from);
            return new Archive(List.of(new DumpObject(NAME, filling.commit())), said);
        }
    }

    @Override
    public long onDisk() {
        return 0;
    }

    @Override
    public ArchiveListing readBack(Archive archive, Snapshot snapshot) throws InterruptedException {
        return ArchiveListing.parse(programs.list(() -> store.get(key(archive), Optional.empty()))
                .stdout()
                .lines()
                .toList());
    }

    @Override
    public List<SequenceState> sequences(Archive archive, Snapshot snapshot, ArchiveListing listing)
            throws IOException, InterruptedException {
        Path entries = Files.write(scratch.resolve(snapshot.oid() + ".list"), listing.sequenceSets());
        return SequenceSets.parse(programs.script(() -> store.get(key(archive), Optional.empty()), entries)
                .stdout());
    }

    private static String key(Archive archive) {
        return archive.objects().getFirst().object().key();
    }
}
