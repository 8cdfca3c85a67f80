package dev.lifeboat.restore.replay;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.pointintime.TargetNotReached;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A sandbox's server while it replays WAL as a standby, up to its target or to the end of the archive. At a target it pauses:
 * there it is measured, and then opened.
 */
final class Replay {
    private static final Duration LOOK = Duration.ofMillis(150);
    /** The server asks again every 200 ms: so many looks without a change mean that it goes in circles. */
    private static final int LOOKS_IN_CIRCLES = 8;

    /** One miss tells nothing: the server may have asked for what it has, or on the wrong timeline. */
    private static final int MISSES_IN_CIRCLES = 4;

    private static final Duration ARCHIVE_SILENT = Duration.ofMinutes(2);
    private static final String WAITING = "RecoveryRetrieveRetryInterval";

    private final Sandbox sandbox;
    private final String superuser;
    private final WalSource wal;
    private final Way way;
    private final Course course;
    private final InstantSource clock;

    Replay(Sandbox sandbox, String superuser, WalSource wal, Way way, Course course, InstantSource clock) {
        this.sandbox = sandbox;
        this.superuser = superuser;
        this.wal = wal;
        this.way = way;
        this.course = course;
        this.clock = clock;
    }

    /**
     * From where to where.
     *
     * @param start of the backup
     * @param end where it ends at the latest
     * @param last segment that the archive held when the recovery began
     * @param target that it shall stop at; empty for the end of the archive
     */
    record Way(Lsn start, Lsn end, WalSegment last, Optional<Aim> target) {
        long done(Position position, long fetchedBytes) {
            long replayed = position.lsn() == null
                    ? fetchedBytes
                    : Lsn.parse(position.lsn()).minus(start);
            return Math.clamp(replayed, 0, total());
        }

        long total() {
            return Math.max(1, end.minus(start));
        }
    }

    /**
     * Where a replay stands.
     *
     * @param lsn up to where WAL is applied; null before the server accepts connections
     * @param lastCommitAt of the last transaction that was applied; null when none was
     * @param waiting for more WAL
     * @param arrived paused at the target, or past it by itself
     * @param timeline of the last segment that it got; null when it got none
     */
    record Position(String lsn, Instant lastCommitAt, boolean waiting, boolean arrived, Integer timeline) {
        static final Position NONE = new Position(null, null, false, false, null);
    }

    /**
     * Waits until the target is reached, or, without one, everything is replayed that the archive held when the recovery
     * began.
     *
     * @throws DoesNotRestore if WAL is missing, the target is not in it, or the server ends
     * @throws NotCarriedOut if the archive does not answer for minutes
     */
    Position toTheEnd(long segmentBytes) throws InterruptedException {
        WalRequests seen = WalRequests.parse(List.of());
        Position before = Position.NONE;
        int unchanged = 0;
        Instant answered = clock.instant();
        while (true) {
            course.check();
            wal.check();
            if (!sandbox.server().isUp()) {
                throw ended();
            }
            boolean consistent = sandbox.server().acceptsConnections();
            WalRequests now = WalRequests.read(wal.requests());
            Position position = consistent ? position(now) : Position.NONE;
            course.progress(way.done(position, now.count() * segmentBytes), way.total());
            if (way.target().isPresent() && position.arrived()) {
                return position;
            }
            boolean same = now.gotNothingSince(seen) && Objects.equals(position.lsn(), before.lsn());
            unchanged = same ? unchanged + 1 : 0;
            boolean sleeping = consistent && position.waiting();
            boolean inCircles = unchanged >= LOOKS_IN_CIRCLES && now.misses() >= MISSES_IN_CIRCLES;
            boolean idle = sleeping ? unchanged >= 2 : inCircles;
            switch (ReplayProgress.of(now, way.last(), idle, consistent)) {
                case ReplayProgress.Replaying replaying -> answered = clock.instant();
                case ReplayProgress.AtTheEnd end -> {
                    wal.requireEnd(Lsn.parse(position.lsn()));
                    if (way.target().isPresent()) {
                        throw TargetNotReached.atTheEnd(way.target().get(), position.lsn(), position.lastCommitAt());
                    }
                    return position;
                }
                case ReplayProgress.AtAGap(WalSegment missing) -> throw wal.gap(missing);
                case ReplayProgress.Inconsistent(WalSegment missing) -> throw wal.inconsistent(missing);
                case ReplayProgress.Unanswered(int exit) -> {
                    if (clock.instant().isAfter(answered.plus(ARCHIVE_SILENT))) {
                        throw wal.unanswered(exit);
                    }
                }
            }
            seen = now;
            before = position;
            Thread.sleep(LOOK.toMillis());
        }
    }

    /** Ends the recovery: the server opens for writes on a timeline of its own. */
    void promote() throws InterruptedException {
        // One that reached its target before anybody could connect did not wait for us.
        String promoted = ask("select case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_promote(true, 300)"
                + " else true end");
        if (!promoted.equals("t")) {
            throw new DoesNotRestore(new Failure(
                    "sandbox.not-promoted",
                    "The restored server did not open for writes.",
                    "pg_promote() to succeed",
                    sandbox.server().isUp() ? "no end of recovery within five minutes" : "the server ended",
                    "Read what the server said."));
        }
    }

    private RuntimeException ended() {
        RuntimeException otherwise = sandbox.server().doesNotStart();
        return way.target()
                .flatMap(aim -> TargetNotReached.of(aim, sandbox.server().errors()))
                .orElse(otherwise);
    }

    private Position position(WalRequests now) throws InterruptedException {
        String[] row =
                ask("""
                        select pg_catalog.pg_last_wal_replay_lsn(),
                               pg_catalog.to_char(pg_catalog.pg_last_xact_replay_timestamp() at time zone 'UTC',
                                                  'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                               coalesce((select wait_event from pg_catalog.pg_stat_activity
                                         where backend_type = 'startup'), ''),
                               case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused()
                                    else true end
                        """)
                        .split("\\|", -1);
        return new Position(
                row[0].isEmpty() ? null : row[0],
                row[1].isEmpty() ? null : Instant.parse(row[1]),
                row[2].equals(WAITING),
                row[3].equals("t"),
                now.fetched().map(WalSegment::timeline).orElse(null));
    }

    private String ask(String sql) throws InterruptedException {
        return sandbox.asBootstrap(superuser, sql, course::check)
                .requireSuccess()
                .stdout()
                .strip();
    }
}
