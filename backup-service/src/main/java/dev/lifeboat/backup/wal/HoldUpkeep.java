package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresException;
import java.time.Duration;
import java.util.function.Supplier;

/** Moves the hold slot after what is stored, a little behind, on a thread of its own. */
final class HoldUpkeep implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final HoldSlot slot;
    private final Supplier<Lsn> stored;
    private final WalListener listener;
    private final Thread thread;

    HoldUpkeep(HoldSlot slot, Supplier<Lsn> stored, WalListener listener) {
        this.slot = slot;
        this.stored = stored;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("wal-hold").start(this::keepMoving);
    }

    private void keepMoving() {
        Lsn moved = Lsn.NONE;
        boolean told = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(EVERY);
                Lsn now = stored.get();
                if (now.isAfter(moved)) {
                    slot.advance(now);
                    moved = now;
                    told = false;
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            } catch (PostgresException e) {
                // The server keeps more than it must until this works again: worth telling, no reason to stop.
                if (!told) {
                    listener.holdStuck(e.fault().failure());
                }
                told = true;
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
