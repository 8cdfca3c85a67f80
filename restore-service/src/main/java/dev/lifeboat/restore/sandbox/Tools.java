package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.process.RunningProcess;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Runs tools that end early when whoever wants them has to stop. */
public final class Tools {
    private static final long ASK_MILLIS = 200;

    private final ProcessRunner runner;

    /** Tools of this runner. */
    public Tools(ProcessRunner runner) {
        this.runner = runner;
    }

    /**
     * Runs a tool to its end, asking meanwhile whether it shall go on.
     *
     * @param stop throws when it shall not; the tool is ended then, and what was thrown is passed on
     */
    public ProcessResult run(ProcessSpec spec, Runnable stop) throws InterruptedException {
        stop.run();
        AtomicReference<RuntimeException> stopped = new AtomicReference<>();
        CountDownLatch over = new CountDownLatch(1);
        try (RunningProcess process = runner.start(spec)) {
            Thread.ofVirtual().start(() -> ask(stop, stopped, over, process));
            try {
                ProcessResult result = process.await();
                if (stopped.get() != null) {
                    throw stopped.get();
                }
                return result;
            } catch (RuntimeException e) {
                throw stopped.get() != null ? stopped.get() : e;
            } finally {
                over.countDown();
            }
        }
    }

    private static void ask(
            Runnable stop, AtomicReference<RuntimeException> stopped, CountDownLatch over, RunningProcess process) {
        try {
            while (!over.await(ASK_MILLIS, TimeUnit.MILLISECONDS)) {
                stop.run();
            }
        } catch (RuntimeException e) {
            stopped.set(e);
            process.cancel();
        } catch (InterruptedException e) {
            process.cancel();
        }
    }
}
