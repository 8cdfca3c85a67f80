package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestFault;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.pointintime.ArchiveEnd;
import dev.lifeboat.restore.replay.ArchiveRecovery;
import dev.lifeboat.restore.replay.WalSegment;
import dev.lifeboat.restore.replay.WalSource;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.run.RestoreMethod;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PgBackRestSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Restores sets of pgBackRest: the files of the chain, then WAL to the target or to the end of the archive. The server runs
 * as a standby, so that a fetch that fails is tried again instead of being taken for the end; it is measured before it is
 * promoted.
 */
@ApplicationScoped
public class PgBackRestRestore implements RestoreMethod {
    private static final String NAME = "pgbackrest";
    private static final int OUTPUT = 1 << 20;

    private final RestoreTool tool;
    private final InstantSource clock;

    PgBackRestRestore(RestoreTool tool, InstantSource clock) {
        this.tool = tool;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Watched watched(BackupManifest manifest) {
        PgBackRestSet set = manifest.pgbackrest();
        return new Watched(set.repositoryPath() + "/", before -> new StanzaScope(set, before));
    }

    @Override
    public Restored restore(Job job, Course course) throws Exception {
        PgBackRestSet set = job.manifest().pgbackrest();
        WalArchive archive = held(list(job.reader(), set), set);
        int timeline =
                job.aim() == null ? archive.timeline() : job.aim().sought().timeline();
        WalSegment last = archive.last(timeline);
        RestoreTool.Prepared prepared = tool.prepare(job, last);

        course.restoring();
        files(prepared, job.sandbox(), set, course);

        long segmentBytes = ArchiveRecovery.segmentBytes(job.inventory());
        Restored restored = new ArchiveRecovery(job, course, clock)
                .run(
                        new FetchedWal(prepared, last, timeline),
                        Lsn.parse(set.startLsn()),
                        last.start(segmentBytes).plus(segmentBytes));
        // From here on nobody in the sandbox needs a key to the archive.
        prepared.forgetSecrets();
        return restored;
    }

    /** What the server fetches with the tool itself. */
    private record FetchedWal(RestoreTool.Prepared prepared, WalSegment last, int timeline) implements WalSource {
        @Override
        public String restoreCommand() {
            return prepared.restoreCommand();
        }

        @Override
        public Path requests() {
            return prepared.requests();
        }

        @Override
        public RuntimeException unanswered(int exit) {
            return NotCarriedOut.forNow(PgBackRestFault.classify(exit, "").failure(), null);
        }
    }

    @Override
    public ArchiveEnd archiveEnd(ArchiveQuestion question) throws InterruptedException {
        PgBackRestSet set = question.manifest().pgbackrest();
        ArchiveListing listing = list(question.reader(), set);
        try {
            return new ArchiveEndReader(question, tool.looking(question))
                    .read(held(listing, set), listing, ArchiveRecovery.segmentBytes(question.inventory()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArchiveListing list(BackupReader reader, PgBackRestSet set) {
        return reader.list(set.repositoryPath() + "/archive/" + set.stanza() + "/");
    }

    /** What the archive holds of the set's server; the set's own WAL must be in it. */
    private static WalArchive held(ArchiveListing listing, PgBackRestSet set) {
        String root = listing.prefix();
        WalSegment start =
                WalSegment.parse(set.startWal()).orElseThrow(() -> new IllegalArgumentException(set.startWal()));
        return WalArchive.holding(start, root, listing.entries().keySet())
                .orElseThrow(() -> new DoesNotRestore(new Failure(
                        "wal.missing",
                        "The WAL that makes the backup consistent is not in the archive.",
                        set.startWal() + " to " + set.stopWal(),
                        "no " + set.startWal(),
                        "Do not count on this backup: take a new one, and find out who removed the WAL.")));
    }

    /** For whoever takes the server over, if it is kept. */
    private static void keepSettings(Sandbox sandbox) {
        Path settings = sandbox.folder().data().resolve("postgresql.auto.conf");
        try {
            if (Files.exists(settings)) {
                sandbox.writeForServer(sandbox.folder().sourceSettings(), Files.readString(settings));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void files(RestoreTool.Prepared prepared, Sandbox sandbox, PgBackRestSet set, Course course)
            throws InterruptedException {
        sandbox.makeFolder(sandbox.folder().data());
        Path tablespaces = sandbox.makeFolder(sandbox.folder().tablespace(0).getParent());
        try {
            PgBackRest.requireSuccess(
                    "restore",
                    sandbox.run(
                            prepared.tool()
                                    .command(
                                            "restore",
                                            List.of(
                                                    "--set=" + set.label(),
                                                    "--type=standby",
                                                    "--archive-mode=off",
                                                    "--tablespace-map-all=" + tablespaces))
                                    .keepStderr(OUTPUT),
                            course::check));
        } catch (PgBackRestException e) {
            throw RestoreTool.judged(e);
        }
        // ALTER SYSTEM's settings of production end here; ours are on the command line.
        keepSettings(sandbox);
        sandbox.writeForServer(sandbox.folder().data().resolve("postgresql.auto.conf"), "");
        if (!Files.exists(sandbox.folder().data().resolve("standby.signal"))) {
            sandbox.writeForServer(sandbox.folder().data().resolve("standby.signal"), "");
        }
    }
}
