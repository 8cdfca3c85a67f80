package dev.lifeboat.platform.process;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A tool's output that knows whether its end was seen, and whether its reader is waiting for more. */
final class WatchedInput extends FilterInputStream {
    private volatile boolean ended;
    private volatile boolean waiting;
    private volatile long waitingSince;

    WatchedInput(InputStream in) {
        super(in);
    }

    boolean hasEnded() {
        return ended;
    }

    boolean hasWaited(Duration time) {
        return waiting && System.nanoTime() - waitingSince > time.toNanos();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        waitingSince = System.nanoTime();
        waiting = true;
        try {
            int read = super.read(bytes, offset, length);
            ended |= read < 0;
            return read;
        } finally {
            waiting = false;
        }
    }
}
