package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.correlation.Correlation;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that carry on the story of the thread that made them. Closing interrupts them and waits until they are gone. */
public final class Workers implements AutoCloseable {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("backup-", 0).factory());
    private final Correlation story = Correlation.current().orElse(null);
    private final int count;

    /** So many work side by side, as the caller sees to. */
    public Workers(int count) {
        this.count = count;
    }

    /** How many. */
    public int count() {
        return count;
    }

    /** Begins a piece of work. */
    public <T> Future<T> run(Callable<T> work) {
        return threads.submit(() -> story == null ? work.call() : story.call(work));
    }

    /** What the work gave, or what it threw, as it threw it. */
    public static <T> T result(Future<T> part) throws Exception {
        try {
            return part.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw failed;
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        boolean gone = false;
        while (!gone) {
            try {
                gone = threads.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
