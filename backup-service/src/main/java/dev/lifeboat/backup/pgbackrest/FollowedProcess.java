package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.process.RunningProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A backup that runs, and an owner that keeps asking whether it still owns it. Closed, the tool is gone. */
final class FollowedProcess implements AutoCloseable {
    private static final long ASK_MILLIS = 250;

    private final RunningProcess process;
    private final BackupLog log;

    private FollowedProcess(RunningProcess process, BackupLog log) {
        this.process = process;
        this.log = log;
    }

    static FollowedProcess start(ProcessRunner runner, ProcessSpec spec, BackupLog log) {
        return new FollowedProcess(runner.start(spec.onStdoutLine(log::said).onStderrLine(log::warned)), log);
    }

    /**
     * Until its end; says how far it is.
     *
     * @throws dev.lifeboat.platform.operations.LeaseLost if somebody else owns the backup now
     * @throws dev.lifeboat.platform.operations.CancelRequested if it is to stop
     */
    ProcessResult await(OperationContext context) throws InterruptedException {
        CompletableFuture<ProcessResult> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                end.complete(process.await());
            } catch (InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
        while (true) {
            try {
                return end.get(ASK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException running) {
                context.progress(log.progress());
                context.check();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
