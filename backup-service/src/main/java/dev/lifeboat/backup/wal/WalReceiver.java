package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.ReplicationConnection;
import dev.lifeboat.backup.replication.ReplicationFaults;
import dev.lifeboat.backup.replication.SlotState;
import dev.lifeboat.backup.replication.SystemIdentity;
import dev.lifeboat.backup.replication.TimelineEnd;
import dev.lifeboat.backup.replication.WalStream;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Streams one cluster's WAL into one store, byte for byte, until it is told to stop or cannot go on. What it knows of earlier
 * runs it learns from listing the store, so any instance may go on where another one was killed. Never acknowledges what is
 * not durable. One at a time per cluster: whoever runs it holds the lease; that two write nothing wrong is the store's doing
 * (nothing is overwritten, and what differs is refused).
 */
public final class WalReceiver {
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** Looking back costs one segment of traffic; larger ones are not worth it. */
    private static final long LOOK_BACK_LIMIT = 64L << 20;

    private final WalReceiverSettings settings;
    private final WalStore store;
    private final Executor workers;
    private final InstantSource clock;
    private final WalListener listener;
    private volatile Optional<WalOutcome.Position> stored = Optional.empty();

    /**
     * @param cluster the cluster's folder in the store, with a slash at its end
     * @param workers compress and upload; as many threads as segments may be on their way, may be shared by streams
     */
    public WalReceiver(
            WalReceiverSettings settings,
            ObjectStore objects,
            String cluster,
            Executor workers,
            InstantSource clock,
            WalListener listener) {
        this.settings = settings;
        this.store = new WalStore(objects, cluster, WalCodec.zstd());
        this.workers = workers;
        this.clock = clock;
        this.listener = listener;
    }

    /** Runs on the calling thread. */
    public WalOutcome run(StopSignal stop) {
        try {
            Files.createDirectories(settings.spool());
            new Leftovers(settings.spool(), store, listener).store();
            Beginning beginning = Beginning.LOOKING_BACK;
            while (!stop.stopped()) {
                try {
                    session(stop, beginning);
                } catch (BeginElsewhere e) {
                    beginning = e.beginning;
                }
            }
            return new WalOutcome.Stopped(stored);
        } catch (IOException | RuntimeException e) {
            if (stop.stopped() && !(e instanceof WalException)) {
                return new WalOutcome.Stopped(stored);
            }
            WalException why = WalException.of(e);
            return new WalOutcome.Failed(why.retryable(), why.failure(), stored);
        }
    }

    /** One connection: as many timelines as the server goes through. */
    @SuppressWarnings("try") // The registrations are there to be closed.
    private void session(StopSignal stop, Beginning begin) throws IOException {
        try (ReplicationConnection connection = ReplicationConnection.open(settings.server(), settings.connection());
                var registration = stop.onStop(connection::close)) {
            requireNoDelay(connection);
            long segmentSize = connection.walSegmentSize();
            Beginning beginning = begin;
            while (!stop.stopped()) {
                SystemIdentity server = requireSystem(connection.identifySystem());
                TimelineHistory history = keepHistories(connection, server.timeline());
                requireKnownTimeline(server, segmentSize);
                SlotState slot = slot(connection);
                Resume resume = resume(server, history, slot, segmentSize, beginning);
                stream(connection, server, resume, stop);
                beginning = Beginning.LOOKING_BACK;
            }
        }
    }

    private void requireNoDelay(ReplicationConnection connection) {
        if (synchronous()) {
            return;
        }
        String name = settings.connection().applicationName();
        String names = connection.show("synchronous_standby_names");
        if (SynchronousNames.include(names, name)) {
            throw WalException.fatal(
                    WalException.WOULD_DELAY_COMMITS,
                    "Every commit of the server would wait for the object store.",
                    "synchronous_standby_names without " + name,
                    "synchronous_standby_names = '" + names + "'",
                    "Name the other standbys there, or declare durability synchronous: then commits wait for this"
                            + " host's disk only.");
        }
    }

    private SystemIdentity requireSystem(SystemIdentity server) {
        settings.systemIdentifier()
                .filter(expected -> !expected.equals(server.systemIdentifier()))
                .ifPresent(expected -> {
                    throw WalException.fatal(
                            WalException.SYSTEM_DIFFERS,
                            "Another database system answers than the one whose WAL is stored here.",
                            "system identifier " + expected,
                            "system identifier " + server.systemIdentifier(),
                            "Was the cluster made anew, or upgraded by pg_upgrade? Declare it under a new name, and"
                                    + " take a base backup. Or does the address lead to another server?");
                });
        return server;
    }

    /** History files are small and never change: each is in the store before any WAL of its timeline. */
    private TimelineHistory keepHistories(ReplicationConnection connection, int timeline) {
        if (timeline == 1) {
            return TimelineHistory.first(1);
        }
        byte[] newest = connection.timelineHistory(timeline);
        TimelineHistory history = TimelineHistory.parse(timeline, newest);
        store.putHistory(timeline, newest);
        return history;
    }

    private void requireKnownTimeline(SystemIdentity server, long segmentSize) {
        store.laterThan(server.timeline(), segmentSize).ifPresent(later -> {
            throw WalException.fatal(
                    WalException.TIMELINE_UNKNOWN,
                    "The store holds WAL of a later timeline than the server's.",
                    "a server on timeline " + Integer.toUnsignedString(later) + " or one that comes from it",
                    "timeline " + Integer.toUnsignedString(server.timeline()),
                    "This is an old primary, or it was restored without a new timeline. Stream from the server that"
                            + " was promoted; rebuild this one from it.");
        });
    }

    private SlotState slot(ReplicationConnection connection) {
        Optional<SlotState> found = connection.readSlot(settings.slot());
        if (found.isPresent()) {
            return held(found.get());
        }
        if (!settings.createSlot()) {
            throw new PostgresException(
                    "Looking for the slot", ReplicationFaults.slotMissing("no slot " + settings.slot()), null);
        }
        connection.createSlot(settings.slot());
        listener.slotCreated(settings.slot());
        return held(connection.readSlot(settings.slot()).orElseThrow());
    }

    /** What is needed of the server's WAL: from where the slot is, or from where only this host's disk has it. */
    private SlotState held(SlotState slot) {
        if (slot.restart().isEmpty()) {
            throw new PostgresException(
                    "Looking at the slot",
                    ReplicationFaults.slotInvalidated(settings.slot() + " has no restart_lsn"),
                    null);
        }
        if (!synchronous()) {
            return slot;
        }
        Lsn held = hold().ensure();
        return held.isBefore(slot.restart().get()) ? new SlotState(Optional.of(held), Optional.empty()) : slot;
    }

    private boolean synchronous() {
        return settings.durability() == Durability.SYNCHRONOUS;
    }

    private HoldSlot hold() {
        return new HoldSlot(settings.server(), settings.holdSlot());
    }

    private Resume resume(
            SystemIdentity server, TimelineHistory history, SlotState slot, long segmentSize, Beginning beginning) {
        Lsn restart = slot.restart().orElseThrow();
        Optional<StoredEnd> end = StoredEnd.find(store, history, restart, segmentSize);
        if (end.isEmpty()) {
            return Resume.afresh(history, restart, slot.timeline(), segmentSize);
        }
        stored = Optional.of(
                new WalOutcome.Position(end.get().open().timeline(), end.get().end()));
        if (!end.get().redundant().isEmpty()) {
            store.remove(end.get().redundant());
            listener.removed(end.get().redundant().size());
        }
        if (beginning == Beginning.BEHIND_THE_GAP) {
            Resume afresh = Resume.afresh(history, restart, slot.timeline(), segmentSize);
            listener.gap(
                    afresh.segment().timeline(),
                    end.get().end(),
                    afresh.segment().start());
            return afresh;
        }
        Resume resume = Resume.after(
                server, history, end.get(), beginning == Beginning.LOOKING_BACK && segmentSize <= LOOK_BACK_LIMIT);
        resume.orphans().ifPresent(orphans -> listener.orphans(orphans.timeline(), orphans.from(), orphans.to()));
        return resume;
    }

    @SuppressWarnings("try") // The registrations are there to be closed.
    private void stream(ReplicationConnection connection, SystemIdentity server, Resume resume, StopSignal stop)
            throws IOException {
        TimelineRun run = new TimelineRun(
                settings, resume, store, workers, server.systemIdentifier(), clock, listener, connection::close);
        int timeline = resume.segment().timeline();
        try (var registration = stop.onStop(run::quit);
                var upkeep = synchronous() ? new HoldUpkeep(hold(), run::stored, listener) : null) {
            WalStream stream = connection.startWal(
                    Optional.of(settings.slot()), resume.segment().start(), timeline, clock);
            TimelineEnd end = run.run(stream);
            while (!run.flush(Duration.ofSeconds(1)) && !stop.stopped()) {
                run.failure().ifPresent(failure -> {
                    throw failure;
                });
            }
            listener.timelineSwitched(timeline, end.next(), end.switched());
        } catch (PostgresException e) {
            throw run.failure().isPresent() ? run.failure().get() : explained(e, resume, run);
        } finally {
            // Also when the server is gone: then this may be the only copy.
            run.quit();
            run.flush(LAST_WORDS);
            run.close(LAST_WORDS);
            stored = Optional.of(new WalOutcome.Position(timeline, run.stored()));
        }
    }

    private RuntimeException explained(PostgresException e, Resume resume, TimelineRun run) {
        if (!e.fault().code().equals(ReplicationFaults.WAL_REMOVED)
                || resume.durable().equals(Lsn.NONE)) {
            return e;
        }
        if (resume.looksBack() && !run.receivedAny()) {
            return new BeginElsewhere(Beginning.WITHOUT_LOOKING_BACK);
        }
        if (settings.skipGap()) {
            return new BeginElsewhere(Beginning.BEHIND_THE_GAP);
        }
        return WalException.fatal(
                WalException.GAP,
                "WAL is lost: the store does not have it, and the server has it no more.",
                "WAL from " + resume.stored() + " on timeline "
                        + resume.segment().timeline(),
                e.fault().failure().found(),
                "Accept the gap, then streaming goes on behind it; take a new base backup at once, for what is stored"
                        + " so far leads only up to the gap.");
    }

    /** Where a session begins. */
    private enum Beginning {
        LOOKING_BACK,
        WITHOUT_LOOKING_BACK,
        BEHIND_THE_GAP
    }

    /** The server no longer has the WAL from where it was tried. */
    private static final class BeginElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Beginning beginning;

        BeginElsewhere(Beginning beginning) {
            super(beginning.name());
            this.beginning = beginning;
        }
    }
}
