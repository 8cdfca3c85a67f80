package dev.lifeboat.restore.replay;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.restore.inspect.ControlData;
import dev.lifeboat.restore.plan.PreloadLibraries;
import dev.lifeboat.restore.pointintime.RecoveryStop;
import dev.lifeboat.restore.pointintime.RecoveryTarget;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.restore.recovery.PhaseName;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.run.RestoreMethod.Job;
import dev.lifeboat.restore.run.RestoreMethod.Restored;
import dev.lifeboat.restore.sandbox.FirstWrite;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxServer;
import dev.lifeboat.restore.sandbox.SandboxSettings;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Stop;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From the source's files in a sandbox's data directory to a server that takes writes: it runs as a standby, so that a fetch
 * that fails is tried again instead of being taken for the end, replays to its target or to the end of the archive, is
 * measured there, and is promoted then. The same for every method that replays WAL.
 */
public final class ArchiveRecovery {
    private static final String USUAL_SUPERUSER = "postgres";
    private static final int OUTPUT = 1 << 20;

    private final Job job;
    private final Course course;
    private final InstantSource clock;
    private final Sandbox sandbox;
    private final RecoveryTarget target;
    private final String superuser;

    /** Of this job. */
    public ArchiveRecovery(Job job, Course course, InstantSource clock) {
        this.job = job;
        this.course = course;
        this.clock = clock;
        this.sandbox = job.sandbox();
        this.target = job.aim() == null
                ? new RecoveryTarget.Latest()
                : RecoveryTarget.of(job.aim().sought());
        this.superuser = superuser(job.inventory());
    }

    /**
     * Recovers; the files are there, with an empty {@code postgresql.auto.conf} and {@code standby.signal}.
     *
     * @param start of the backup
     * @param end of the WAL that its archive holds
     */
    public Restored run(WalSource wal, Lsn start, Lsn end) throws Exception {
        course.enter(PhaseName.STARTING);
        sandbox.start(settings(wal), superuser, clock.instant().plus(SandboxServer.LEASE));

        course.replaying();
        Replay replay = new Replay(sandbox, superuser, wal, way(wal, start, end), course, clock);
        Replay.Position position = replay.toTheEnd(segmentBytes(job.inventory()));
        Reached reached = reached(wal.timeline(), position);

        course.enter(PhaseName.FIRST_WRITE);
        replay.promote();
        sandbox.open(superuser, course::check);
        FirstWrite.commit(sandbox);
        Instant firstWriteAt = clock.instant();
        return new Restored(reached, recovered(position), firstWriteAt, sandbox.databases(), List.of());
    }

    /** Size of the source's WAL segments. */
    public static long segmentBytes(Inventory inventory) {
        return inventory == null || inventory.walSegmentBytes() == null ? 16L << 20 : inventory.walSegmentBytes();
    }

    private Replay.Way way(WalSource wal, Lsn start, Lsn end) {
        Optional<Aim> aim = Optional.ofNullable(job.aim());
        return new Replay.Way(
                start,
                aim.map(at -> Lsn.parse(at.endLsn())).orElse(end),
                wal.last(),
                aim.filter(at -> !RecoveryTarget.of(at.sought()).settings().isEmpty()));
    }

    private Reached reached(int timeline, Replay.Position position) {
        Optional<Stop> stop = target instanceof RecoveryTarget.Latest
                ? Optional.empty()
                : RecoveryStop.in(sandbox.folder().log());
        return new Reached(
                null,
                position.lsn(),
                position.timeline() == null ? Integer.valueOf(timeline) : position.timeline(),
                position.lastCommitAt(),
                job.aim() == null ? null : job.aim().sought(),
                stop.isPresent() ? true : null,
                stop.orElse(null));
    }

    private Recovered recovered(Replay.Position position) {
        if (!(target instanceof RecoveryTarget.Latest)) {
            return new Recovered.ChosenMoment();
        }
        return position.lastCommitAt() != null
                ? new Recovered.LastCommit(position.lastCommitAt())
                : new Recovered.EndOfBackup(job.manifest().completedAt());
    }

    /** Never below what the source had: neither when the backup was taken, nor when its inventory was. */
    private SandboxSettings settings(WalSource wal) throws InterruptedException {
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
        control.settings().forEach((name, value) -> source.merge(name, value, ArchiveRecovery::larger));
        var server = job.host().servers().get(job.manifest().majorVersion());
        return new SandboxSettings(
                job.manifest().majorVersion(),
                true,
                source,
                PreloadLibraries.sort(source.get("shared_preload_libraries"), server.libraries()),
                job.host().memoryBytes(),
                new SandboxSettings.ArchiveRecovery(wal.restoreCommand(), wal.timeline(), target.settings()));
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
}
