package dev.lifeboat.platform.process;

import dev.lifeboat.platform.secrets.Redactor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The three streams of one tool, each on a thread of its own. The first fault in one of them is kept; one that may leave
 * the tool with half its input, or us with half its output, ends the tool at once.
 */
final class ProcessStreams {
    private final ProcessSpec spec;
    private final Process process;
    private final Runnable endTool;
    private final Redactor redactor;
    private final OutputTail stderr;
    private final OutputTail stdout;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final WatchedInput out;
    private final WatchedInput err;
    private final Thread outThread;
    private final Thread errThread;
    private volatile boolean inputRefused;

    ProcessStreams(ProcessSpec spec, Process process, Runnable endTool) {
        this.spec = spec;
        this.process = process;
        this.endTool = endTool;
        redactor = Redactor.of(spec.secrets());
        stderr = new OutputTail(spec.stderrBytes(), redactor, spec.stderrLine());
        stdout = new OutputTail(
                spec.output() instanceof ProcessOutput.Tail(int maxBytes) ? maxBytes : 0, redactor, spec.stdoutLine());
        out = new WatchedInput(process.getInputStream());
        err = new WatchedInput(process.getErrorStream());
        String name = Path.of(spec.command().getFirst()).getFileName() + "-" + process.pid();
        errThread = Thread.ofPlatform().daemon().name(name + "-stderr").unstarted(this::readStderr);
        outThread = Thread.ofPlatform().daemon().name(name + "-stdout").unstarted(this::readStdout);
        errThread.start();
        outThread.start();
        if (spec.input() instanceof ProcessInput.Written(ProcessInput.Writer writer)) {
            Thread.ofPlatform().daemon().name(name + "-stdin").start(() -> writeStdin(writer));
        }
    }

    static void redirect(ProcessBuilder builder, ProcessSpec spec) {
        switch (spec.input()) {
            case ProcessInput.Empty() ->
                builder.redirectInput(Path.of("/dev/null").toFile());
            case ProcessInput.FromFile(Path file) -> builder.redirectInput(file.toFile());
            case ProcessInput.Written ignored -> builder.redirectInput(ProcessBuilder.Redirect.PIPE);
        }
        if (spec.output() instanceof ProcessOutput.ToFile(Path file)) {
            builder.redirectOutput(file.toFile());
        }
    }

    /**
     * Waits, after the tool's end, until its output has been dealt with, however long our reader takes for it. Something
     * that left the tool's session may still hold a pipe open: reading from it is given up after the grace period.
     */
    void awaitReaders(Duration grace) throws InterruptedException {
        for (Thread thread : List.of(outThread, errThread)) {
            WatchedInput stream = thread == outThread ? out : err;
            while (!thread.join(Duration.ofMillis(50))) {
                if (stream.hasWaited(grace)) {
                    if (thread == outThread) {
                        fault.compareAndSet(null, new IOException("another process holds the tool's output open"));
                    }
                    break;
                }
            }
        }
    }

    /** Something went wrong here, and not only because the tool was ended. */
    Optional<Throwable> fault() {
        return Optional.ofNullable(fault.get());
    }

    String stdout() {
        return spec.output() instanceof ProcessOutput.Text
                ? redactor.redact(text.toString(StandardCharsets.UTF_8))
                : stdout.text();
    }

    String stderr() {
        return stderr.text();
    }

    boolean inputRefused() {
        return inputRefused;
    }

    private void readStderr() {
        try {
            stderr.readFrom(err);
        } catch (IOException | RuntimeException | Error e) {
            failed(e, true);
        }
    }

    private void readStdout() {
        try {
            switch (spec.output()) {
                case ProcessOutput.Tail ignored -> stdout.readFrom(out);
                case ProcessOutput.Text(int maxBytes) -> readText(maxBytes);
                case ProcessOutput.ToFile ignored -> {}
                case ProcessOutput.Consumed(ProcessOutput.Reader reader) -> {
                    reader.readFrom(out);
                    // What the reader left would fill the pipe and stop the tool for ever.
                    out.transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            // After the tool's end, its exit status says more than what became of a stream that was too short.
            failed(e, !out.hasEnded());
        }
    }

    private void readText(int maxBytes) throws IOException {
        byte[] buffer = new byte[8192];
        int read;
        while ((read = out.read(buffer, 0, buffer.length)) >= 0) {
            if (text.size() + read > maxBytes) {
                throw new IOException("more than " + maxBytes + " bytes of output");
            }
            text.write(buffer, 0, read);
        }
    }

    private void writeStdin(ProcessInput.Writer writer) {
        var pipe = new ToolInput(process.getOutputStream());
        try {
            writer.writeTo(pipe);
            // Closed only after a whole input: to the tool, an end of file means that this was all.
            pipe.close();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            if (pipe.isBroken()) {
                inputRefused = true;
            } else {
                failed(e, true);
            }
        }
    }

    private void failed(Throwable e, boolean mustEndTool) {
        if (fault.compareAndSet(null, e) && mustEndTool) {
            endTool.run();
        }
    }
}
