package dev.lifeboat.platform.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire that can be cut: passes bytes between a client and a server, and breaks off where it is told to. */
final class Relay implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger cutsLeft = new AtomicInteger();
    private volatile long cutAfter = Long.MAX_VALUE;
    private volatile long dropAnswersAfter = Long.MAX_VALUE;

    Relay(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Breaks the next connections, so many, each after so many bytes of answer. */
    void cutAnswers(int times, long afterBytes) {
        cutAfter = afterBytes;
        cutsLeft.set(times);
    }

    /** Breaks the next connection that has sent so many bytes of request, before its answer. */
    void loseOneAnswerToRequestOf(long bytes) {
        dropAnswersAfter = bytes;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket back = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(back);
                long[] sent = {0};
                Thread.ofVirtual().start(() -> pass(client, back, sent, true));
                Thread.ofVirtual().start(() -> pass(back, client, sent, false));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void pass(Socket from, Socket to, long[] sent, boolean request) {
        byte[] buffer = new byte[16 * 1024];
        long passed = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read;
            while ((read = in.read(buffer)) >= 0) {
                passed += read;
                if (request) {
                    synchronized (sent) {
                        sent[0] += read;
                    }
                } else {
                    boolean lose;
                    synchronized (sent) {
                        lose = sent[0] > dropAnswersAfter;
                    }
                    if (lose) {
                        dropAnswersAfter = Long.MAX_VALUE;
                        return;
                    }
                    if (passed > cutAfter && cutsLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        return;
                    }
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException broken) {
            // One side has gone; closing the other tells it.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
