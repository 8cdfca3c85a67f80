package dev.lifeboat.backup.stream;

import dev.lifeboat.platform.postgres.PostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Looks every few seconds, on a thread of its own, what the server keeps for a stream. */
final class SlotWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SlotWatch.class);

    private final StreamPlan plan;
    private final Supplier<ServerSlots> slots;
    private final Duration every;
    private final Thread thread;
    private Optional<SlotGuard.Facts> facts = Optional.empty();

    SlotWatch(StreamPlan plan, Supplier<ServerSlots> slots, Duration every) {
        this.plan = plan;
        this.slots = slots;
        this.every = every;
        this.thread = Thread.ofVirtual().name("wal-slot-watch").start(this::watch);
    }

    /** What was found since it was last taken. */
    synchronized Optional<SlotGuard.Facts> take() {
        Optional<SlotGuard.Facts> newest = facts;
        facts = Optional.empty();
        return newest;
    }

    /** Looks once; empty when the server cannot be asked, or has no slot. */
    static Optional<SlotGuard.Facts> look(StreamPlan plan, ServerSlots slots) {
        return slots.kept()
                .map(kept -> new SlotGuard.Facts(
                        kept.bytes(),
                        plan.limit(),
                        kept.keepSize(),
                        plan.dataDirectory().flatMap(SlotWatch::free),
                        plan.mayDrop()));
    }

    private void watch() {
        boolean told = false;
        try {
            while (true) {
                try {
                    Optional<SlotGuard.Facts> found = look(plan, slots.get());
                    synchronized (this) {
                        facts = found;
                    }
                    told = false;
                } catch (PostgresException e) {
                    // The stream itself meets what is in the way, and says it.
                    if (!told) {
                        LOG.infof("cluster %s: what its slot keeps cannot be read: %s", plan.cluster(), e.getMessage());
                    }
                    told = true;
                } catch (RuntimeException e) {
                    LOG.warnf(e, "cluster %s: what its slot keeps cannot be read", plan.cluster());
                }
                Thread.sleep(every);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Known only where the server's disk is this host's, and may be looked at. */
    private static Optional<Long> free(Path dataDirectory) {
        try {
            Path wal = dataDirectory.resolve("pg_wal");
            return Files.isDirectory(wal) ? Optional.of(Files.getFileStore(wal).getUsableSpace()) : Optional.empty();
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
