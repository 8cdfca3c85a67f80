package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.inspect.ControlData;
import dev.lifeboat.restore.plan.PreloadLibraries;
import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.restore.recovery.PhaseName;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.run.RestoreMethod;
import dev.lifeboat.restore.sandbox.FirstWrite;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxServer;
import dev.lifeboat.restore.sandbox.SandboxSettings;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PgBackRestSet;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Restores sets of pgBackRest: the files of the chain, then WAL to the end of the archive. The server runs as a standby, so
 * that a fetch that fails is tried again instead of being taken for the end; it is measured before it is promoted.
 */
@ApplicationScoped
public class PgBackRestRestore implements RestoreMethod {
    private static final String NAME = "pgbackrest";
    private static final String USUAL_SUPERUSER = "postgres";
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
        Sandbox sandbox = job.sandbox();
        PgBackRestSet set = job.manifest().pgbackrest();
        WalArchive archive = archive(job, set);
        RestoreTool.Prepared prepared = tool.prepare(job);

        course.restoring();
        files(prepared, sandbox, set, course);

        course.enter(PhaseName.STARTING);
        String superuser = superuser(job.inventory());
        SandboxSettings settings = settings(job, prepared, archive.timeline(), course);
        sandbox.start(settings, superuser, clock.instant().plus(SandboxServer.LEASE));

        course.replaying();
        Replay replay = new Replay(sandbox, superuser, prepared.requests(), archive.last(), course, clock);
        Replay.Position position = replay.toTheEnd(segmentBytes(job.inventory()));

        course.enter(PhaseName.FIRST_WRITE);
        replay.promote();
        sandbox.open(superuser, course::check);
        FirstWrite.commit(sandbox);
        Instant firstWriteAt = clock.instant();
        // From here on nobody in the sandbox needs a key to the archive.
        prepared.forgetSecrets();
        Recovered recovered = position.lastCommitAt() != null
                ? new Recovered.LastCommit(position.lastCommitAt())
                : new Recovered.EndOfBackup(job.manifest().completedAt());
        return new Restored(
                new Reached(null, position.lsn(), archive.timeline(), position.lastCommitAt()),
                recovered,
                firstWriteAt,
                sandbox.databases(),
                List.of());
    }

    /** What the archive holds of the set's server now; the set's own WAL must be in it. */
    private static WalArchive archive(Job job, PgBackRestSet set) {
        String root = set.repositoryPath() + "/archive/" + set.stanza() + "/";
        ArchiveListing listing = job.reader().list(root);
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
        sandbox.writeForServer(sandbox.folder().data().resolve("postgresql.auto.conf"), "");
        if (!Files.exists(sandbox.folder().data().resolve("standby.signal"))) {
            sandbox.writeForServer(sandbox.folder().data().resolve("standby.signal"), "");
        }
    }

    /** Never below what the source had: neither when the backup was taken, nor when its inventory was. */
    private static SandboxSettings settings(Job job, RestoreTool.Prepared prepared, int timeline, Course course)
            throws InterruptedException {
        Sandbox sandbox = job.sandbox();
        ControlData control = ControlData.parse(sandbox.run(
                        sandbox.tool(
                                        "pg_controldata",
                                        List.of("--pgdata=" + sandbox.folder().data()))
                                .stdout(new ProcessOutput.Text(OUTPUT)),
                        course::check)
                .requireSuccess()
                .stdout());
        Map<String, String> inventory =
                job.inventory() == null || job.inventory().settings() == null
                        ? Map.of()
                        : job.inventory().settings();
        Map<String, String> source = new HashMap<>(inventory);
        control.settings().forEach((name, value) -> source.merge(name, value, PgBackRestRestore::larger));
        var server = job.host().servers().get(job.manifest().majorVersion());
        return new SandboxSettings(
                job.manifest().majorVersion(),
                true,
                source,
                PreloadLibraries.sort(source.get("shared_preload_libraries"), server.libraries()),
                job.host().memoryBytes(),
                new SandboxSettings.ArchiveRecovery(prepared.restoreCommand(), timeline));
    }

    private static String larger(String left, String right) {
        boolean numbers = left.matches("\\d{1,9}") && right.matches("\\d{1,9}");
        return numbers && Integer.parseInt(left) > Integer.parseInt(right) ? left : right;
    }

    private static String superuser(Inventory inventory) {
        return inventory == null || inventory.bootstrapSuperuser() == null
                ? USUAL_SUPERUSER
                : inventory.bootstrapSuperuser();
    }

    private static long segmentBytes(Inventory inventory) {
        return inventory == null || inventory.walSegmentBytes() == null ? 16L << 20 : inventory.walSegmentBytes();
    }
}
