package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.inspect.ControlData;
import dev.lifeboat.restore.plan.PreloadLibraries;
import dev.lifeboat.restore.pointintime.ArchiveEnd;
import dev.lifeboat.restore.pointintime.Lsn;
import dev.lifeboat.restore.pointintime.RecoveryStop;
import dev.lifeboat.restore.pointintime.RecoveryTarget;
import dev.lifeboat.restore.recovery.Aim;
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
import dev.lifeboat.schemas.recovery.RecoveryEvent.Stop;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Restores sets of pgBackRest: the files of the chain, then WAL to the target or to the end of the archive. The server runs
 * as a standby, so that a fetch that fails is tried again instead of being taken for the end; it is measured before it is
 * promoted.
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
        WalArchive archive = held(list(job.reader(), set), set);
        int timeline =
                job.aim() == null ? archive.timeline() : job.aim().sought().timeline();
        RecoveryTarget target = job.aim() == null
                ? new RecoveryTarget.Latest()
                : RecoveryTarget.of(job.aim().sought());
        RestoreTool.Prepared prepared = tool.prepare(job);

        course.restoring();
        files(prepared, sandbox, set, course);

        course.enter(PhaseName.STARTING);
        String superuser = superuser(job.inventory());
        SandboxSettings settings = settings(job, prepared, timeline, target, course);
        sandbox.start(settings, superuser, clock.instant().plus(SandboxServer.LEASE));

        course.replaying();
        long segmentBytes = segmentBytes(job.inventory());
        Replay replay = new Replay(
                sandbox,
                superuser,
                prepared.requests(),
                way(job, set, archive.last(timeline), segmentBytes),
                course,
                clock);
        Replay.Position position = replay.toTheEnd(segmentBytes);
        Reached reached = reached(job, target, timeline, position);

        course.enter(PhaseName.FIRST_WRITE);
        replay.promote();
        sandbox.open(superuser, course::check);
        FirstWrite.commit(sandbox);
        Instant firstWriteAt = clock.instant();
        // From here on nobody in the sandbox needs a key to the archive.
        prepared.forgetSecrets();
        return new Restored(reached, recovered(job, target, position), firstWriteAt, sandbox.databases(), List.of());
    }

    @Override
    public ArchiveEnd archiveEnd(ArchiveQuestion question) throws InterruptedException {
        PgBackRestSet set = question.manifest().pgbackrest();
        ArchiveListing listing = list(question.reader(), set);
        try {
            return new ArchiveEndReader(question, tool.looking(question))
                    .read(held(listing, set), listing, segmentBytes(question.inventory()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Replay.Way way(Job job, PgBackRestSet set, WalSegment last, long segmentBytes) {
        Optional<Aim> aim = Optional.ofNullable(job.aim());
        Lsn end = aim.map(at -> Lsn.parse(at.endLsn()))
                .orElseGet(() -> last.start(segmentBytes).plus(segmentBytes));
        return new Replay.Way(Lsn.parse(set.startLsn()), end, last, aim.filter(at -> !RecoveryTarget.of(at.sought())
                .settings()
                .isEmpty()));
    }

    private static Reached reached(Job job, RecoveryTarget target, int timeline, Replay.Position position) {
        Optional<Stop> stop = target instanceof RecoveryTarget.Latest
                ? Optional.empty()
                : RecoveryStop.in(job.sandbox().folder().log());
        return new Reached(
                null,
                position.lsn(),
                position.timeline() == null ? Integer.valueOf(timeline) : position.timeline(),
                position.lastCommitAt(),
                job.aim() == null ? null : job.aim().sought(),
                stop.isPresent() ? true : null,
                stop.orElse(null));
    }

    private static Recovered recovered(Job job, RecoveryTarget target, Replay.Position position) {
        if (!(target instanceof RecoveryTarget.Latest)) {
            return new Recovered.ChosenMoment();
        }
        return position.lastCommitAt() != null
                ? new Recovered.LastCommit(position.lastCommitAt())
                : new Recovered.EndOfBackup(job.manifest().completedAt());
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
    private static SandboxSettings settings(
            Job job, RestoreTool.Prepared prepared, int timeline, RecoveryTarget target, Course course)
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
                new SandboxSettings.ArchiveRecovery(prepared.restoreCommand(), timeline, target.settings()));
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
