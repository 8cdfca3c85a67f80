package dev.lifeboat.backup.physical;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A way to a server on which, once so many bytes have come from it over one connection, one of them is turned. */
final class TurnedByte implements AutoCloseable {
    private static final int LARGE = 4096;

    private final ServerSocket listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final int port;
    private final long after;
    private volatile boolean turned;

    TurnedByte(int port, long after) throws IOException {
        this.port = port;
        this.after = after;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    boolean turned() {
        return turned;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.ofPlatform().daemon().start(() -> pass(near, far, false));
                Thread.ofPlatform().daemon().start(() -> pass(far, near, true));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Socket from, Socket to, boolean turning) {
        long passed = 0;
        byte[] buffer = new byte[64 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read;
            while ((read = in.read(buffer)) >= 0) {
                passed += read;
                // The middle of much that comes at once is content, and no message's head.
                if (turning && passed > after && read > LARGE && !turned) {
                    buffer[read / 2] ^= 0x10;
                    turned = true;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException ended) {
            // One side went: so does the other.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
