package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.dump.DumpPrograms.Said;
import dev.lifeboat.schemas.backup.BackupManifest.DumpObject;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import java.util.List;

/** How an archive of one of pg_dump's formats gets into the store, and how it is looked at there. */
sealed interface ArchiveFormat permits CustomArchive, DirectoryArchive {

    /** How an archive reached the store, and what its program said. */
    record Archive(List<DumpObject> objects, Said said) {}

    /** Dumps the database and stores the archive. */
    Archive take(String database, Snapshot snapshot) throws Exception;

    /** Bytes that are written and wait to be uploaded; for showing progress. */
    long onDisk();

    /** The table of contents, read from what lies in the store. */
    ArchiveListing readBack(Archive archive, Snapshot snapshot) throws Exception;

    /** The state of each sequence in the archive. Asked only when the listing names one. */
    List<SequenceState> sequences(Archive archive, Snapshot snapshot, ArchiveListing listing) throws Exception;
}
