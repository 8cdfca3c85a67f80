package dev.lifeboat.backup.wal;

import java.util.ArrayList;
import java.util.List;

/** Asks a receiver to end, from any thread; once given it stays. */
public final class StopSignal {
    private final List<Runnable> listeners = new ArrayList<>();
    private boolean given;

    /** Gives the signal. */
    public void stop() {
        List<Runnable> toTell;
        synchronized (this) {
            if (given) {
                return;
            }
            given = true;
            toTell = List.copyOf(listeners);
        }
        toTell.forEach(Runnable::run);
    }

    /** Whether it was given. */
    public synchronized boolean stopped() {
        return given;
    }

    /** Runs something when it is given, at once if it was; until the registration is closed. */
    Registration onStop(Runnable action) {
        boolean now;
        synchronized (this) {
            now = given;
            if (!now) {
                listeners.add(action);
            }
        }
        if (now) {
            action.run();
        }
        return () -> {
            synchronized (this) {
                listeners.remove(action);
            }
        };
    }

    /** Ends what was registered. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
