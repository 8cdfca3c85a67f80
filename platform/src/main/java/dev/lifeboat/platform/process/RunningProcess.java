package dev.lifeboat.platform.process;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A tool that was started. All methods may be called from any thread. */
public final class RunningProcess implements AutoCloseable {
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final ProcessSpec spec;
    private final String program;
    private final Process launcher;
    private final ControlFolder control;
    private final RandomAccessFile lifeline;
    private final Duration grace;
    private final ProcessStreams streams;
    private final CompletableFuture<ProcessResult> end = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private volatile boolean cancelled;
    private volatile boolean timedOut;
    private volatile boolean streamFailed;
    private volatile long letGoAt;

    RunningProcess(
            ProcessSpec spec, Process launcher, ControlFolder control, RandomAccessFile lifeline, Duration grace) {
        this.spec = spec;
        this.program = Path.of(spec.command().getFirst()).getFileName().toString();
        this.launcher = launcher;
        this.control = control;
        this.lifeline = lifeline;
        this.grace = grace;
        this.streams = new ProcessStreams(spec, launcher, this::endAfterStreamFault);
        Thread.ofPlatform().daemon().name(program + "-" + launcher.pid()).start(this::watch);
    }

    /** The tool itself, once the launcher has started it; empty after its end. */
    public Optional<ProcessIdentity> tool() {
        return control.process("tool");
    }

    /** Ends the tool and everything that belongs to it; returns at once. Does nothing when it has ended. */
    public void cancel() {
        if (!end.isDone()) {
            cancelled = true;
            letGo();
        }
    }

    /**
     * Waits for the end. An interrupt cancels the tool, waits until it is gone, and is passed on.
     *
     * @throws ProcessException when its input or output could not be handled; the tool has been ended then
     */
    public ProcessResult await() throws InterruptedException {
        try {
            return end.get();
        } catch (InterruptedException e) {
            close();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProcessException known) {
                throw known;
            }
            throw lost(e.getCause());
        }
    }

    /** Cancels it when it still runs, and waits until it is gone: a grace period for TERM at most, then KILL. */
    @Override
    public void close() {
        cancel();
        try {
            end.join();
        } catch (CompletionException e) {
            // Told by await; here it only matters that it is gone.
        }
    }

    private void endAfterStreamFault() {
        if (!cancelled) {
            streamFailed = true;
            letGo();
        }
    }

    private void watch() {
        try {
            awaitLauncher();
            streams.awaitReaders(grace);
            if (!control.hasExit() && !cancelled && !streamFailed) {
                // The launcher itself was killed: nobody but us ends the tool now.
                Optional<ProcessIdentity> tool = tool();
                if (tool.isPresent()) {
                    ProcessFamily.end(tool.get(), grace);
                }
            }
            letGo();
            if (cancelled || streamFailed) {
                spec.scratch().ifPresent(ControlFolder::deleteTree);
            }
            control.remove();
            complete();
        } catch (InterruptedException | RuntimeException | Error e) {
            letGo();
            end.completeExceptionally(lost(e));
        }
    }

    /** The launcher ends the tool when we let go; if it has not by twice the grace period, we do. */
    private void awaitLauncher() throws InterruptedException {
        long deadline = spec.deadline().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        while (!launcher.waitFor(Math.min(SLICE.toNanos(), remaining(deadline)), TimeUnit.NANOSECONDS)) {
            if (remaining(deadline) == 0 && letGoAt == 0) {
                timedOut = true;
                cancel();
            }
            if (letGoAt != 0
                    && System.nanoTime() - letGoAt
                            > grace.multipliedBy(2).plus(SLACK).toNanos()) {
                Optional<ProcessIdentity> tool = tool();
                if (tool.isPresent()) {
                    ProcessFamily.end(tool.get(), Duration.ZERO);
                }
                ProcessFamily.killSession(launcher.pid());
                launcher.destroyForcibly().waitFor();
            }
        }
    }

    /** Until the deadline; after it, or after we have let go, there is none, but time to look again. */
    private long remaining(long deadline) {
        return letGoAt != 0 ? SLICE.toNanos() : Math.max(0, deadline - (System.nanoTime() - began));
    }

    private void complete() {
        Optional<Throwable> fault = streams.fault();
        boolean endedBadlyByItself = launcher.exitValue() != 0 && !streamFailed;
        if (fault.isPresent() && !cancelled && !endedBadlyByItself) {
            end.completeExceptionally(new ProcessException(
                    new Failure(
                            "process.stream-failed",
                            "The input or output of " + program + " could not be handled.",
                            "all of its bytes taken",
                            String.valueOf(fault.get().getMessage()),
                            "The cause says more; the program was ended."),
                    fault.get()));
            return;
        }
        end.complete(new ProcessResult(
                program,
                launcher.exitValue(),
                streams.stdout(),
                streams.stderr(),
                Duration.ofNanos(System.nanoTime() - began),
                timedOut,
                cancelled,
                streams.inputRefused()));
    }

    private ProcessException lost(Throwable cause) {
        return new ProcessException(
                new Failure(
                        "process.lost",
                        "The end of " + program + " could not be seen.",
                        "an exit status",
                        String.valueOf(cause),
                        "Look into the log of this service."),
                cause);
    }

    private void letGo() {
        if (letGoAt == 0) {
            letGoAt = System.nanoTime() | 1;
        }
        try {
            lifeline.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
