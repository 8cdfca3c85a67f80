package dev.lifeboat.platform.store;

import java.io.OutputStream;

/**
 * An object that is being written. Nothing of it can be seen until {@link #commit()}; closing without it removes what was
 * sent. For one thread. Write and commit throw {@link StoreException}; after that, close it.
 */
public abstract class MultipartSink extends OutputStream {

    /** Bytes that were written so far. */
    public abstract long size();

    /** Sends what is left and makes the object appear, whole. Nothing can be written afterwards. */
    public abstract StoredObject commit();

    @Override
    public abstract void write(byte[] bytes, int offset, int length);

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Removes everything that was sent, unless it was committed. Throws when that was not possible. */
    @Override
    public abstract void close();

    /** The same for an encoder, whose end is to close what it writes to: what it wrote is still to be committed here. */
    public final OutputStream unclosed() {
        MultipartSink sink = this;
        return new OutputStream() {
            @Override
            public void write(int b) {
                sink.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                sink.write(bytes, offset, length);
            }
        };
    }
}
