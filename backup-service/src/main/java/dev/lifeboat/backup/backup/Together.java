package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.operations.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Work that is done side by side and stands or falls together: when one part fails, or the operation is taken away or
 * cancelled, {@link #await} throws at once, and closing interrupts the others and waits until they are gone. Parts are
 * begun and awaited by one thread.
 */
public final class Together implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final OperationContext context;
    private final Runnable onLook;
    private final Workers workers = new Workers(1);
    private final List<Future<?>> parts = new ArrayList<>();
    private final Semaphore ended = new Semaphore(0);

    /**
     * @param context asked again and again whether to go on
     * @param onLook called as often, on the thread that waits
     */
    public Together(OperationContext context, Runnable onLook) {
        this.context = context;
        this.onLook = onLook;
    }

    /** Begins a part. */
    public <T> Future<T> run(Callable<T> work) {
        Future<T> part = workers.run(() -> {
            try {
                return work.call();
            } finally {
                ended.release();
            }
        });
        parts.add(part);
        return part;
    }

    /** Waits until all parts are done. Throws what the first failed one threw, as it threw it, once. */
    public void await() throws Exception {
        while (true) {
            onLook.run();
            context.check();
            for (Future<?> part : List.copyOf(parts)) {
                if (part.isDone()) {
                    parts.removeIf(other -> other == part);
                    Workers.result(part);
                }
            }
            if (parts.isEmpty()) {
                return;
            }
            if (ended.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                ended.drainPermits();
            }
        }
    }

    /** Interrupts what still runs, and waits until it is gone. */
    @Override
    public void close() {
        workers.close();
    }
}
