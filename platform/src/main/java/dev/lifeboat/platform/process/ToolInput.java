package dev.lifeboat.platform.process;

import java.io.IOException;
import java.io.OutputStream;

/** A tool's standard input that tells a pipe that broke (the tool reads no more) from a source that failed. */
final class ToolInput extends OutputStream {
    private final OutputStream pipe;
    private volatile boolean broken;

    ToolInput(OutputStream pipe) {
        this.pipe = pipe;
    }

    boolean isBroken() {
        return broken;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        guarded(() -> pipe.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
        guarded(pipe::flush);
    }

    @Override
    public void close() throws IOException {
        guarded(pipe::close);
    }

    private void guarded(PipeAction action) throws IOException {
        try {
            action.run();
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    @FunctionalInterface
    private interface PipeAction {
        void run() throws IOException;
    }
}
