package dev.lifeboat.backup.stream;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads that compress and upload, shared by all streams of this instance: memory is bounded by their number. */
@ApplicationScoped
class StreamWorkers implements Executor {
    private final ExecutorService threads;

    StreamWorkers(StreamConfig config) {
        this.threads = Executors.newFixedThreadPool(
                config.uploads(),
                Thread.ofPlatform().daemon().name("wal-upload-", 0).factory());
    }

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    @PreDestroy
    void end() {
        threads.shutdown();
    }
}
