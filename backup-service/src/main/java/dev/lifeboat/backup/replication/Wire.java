package dev.lifeboat.backup.replication;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages of PostgreSQL's protocol version 3 over a socket. One thread reads; any may send, a message goes out whole.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL: Message Formats</a>
 */
final class Wire implements AutoCloseable {
    /** A WAL sender puts at most 128 KiB into a message: room for one, and for what came of the next. */
    private static final int BUFFER = 288 * 1024;

    /** Nothing that is expected here is longer; a length beyond it is no PostgreSQL. */
    private static final int LONGEST = 16 * 1024 * 1024;

    private final Socket socket;
    private final Socket plain;
    private final ReentrantLock sending = new ReentrantLock();
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[BUFFER];
    private int next;
    private int end;

    /** The payload of the message that was read last. */
    private int at;

    private int limit;

    /**
     * @param socket to talk over
     * @param plain what it stands on; the same where there is no TLS
     */
    Wire(Socket socket, Socket plain) throws IOException {
        this.socket = socket;
        this.plain = plain;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Reads a message and returns its type; its payload can be taken until the next one is read. */
    char read() throws IOException {
        next = limit;
        require(5);
        char type = (char) (buffer[next] & 0xFF);
        int length = intAt(next + 1) - 4;
        if (length < 0 || length > LONGEST) {
            throw new IOException("a message of " + length + " bytes");
        }
        require(5 + length);
        at = next + 5;
        limit = at + length;
        return type;
    }

    /** Waits until so many bytes from {@code next} on are there. */
    private void require(int wanted) throws IOException {
        if (end - next >= wanted) {
            return;
        }
        if (next + wanted > buffer.length || next == end) {
            byte[] target = wanted > buffer.length ? new byte[wanted] : buffer;
            System.arraycopy(buffer, next, target, 0, end - next);
            buffer = target;
            end -= next;
            next = 0;
            limit = 0;
        }
        while (end - next < wanted) {
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            end += read;
        }
    }

    /** The bytes that {@link #position()} and {@link #remaining()} speak of. */
    byte[] bytes() {
        return buffer;
    }

    int position() {
        return at;
    }

    int remaining() {
        return limit - at;
    }

    byte takeByte() {
        return buffer[take(1)];
    }

    int takeShort() {
        int from = take(2);
        return (buffer[from] & 0xFF) << 8 | (buffer[from + 1] & 0xFF);
    }

    int takeInt() {
        return intAt(take(4));
    }

    long takeLong() {
        int from = take(8);
        return (long) intAt(from) << 32 | (intAt(from + 4) & 0xFFFF_FFFFL);
    }

    byte[] takeBytes(int length) {
        int from = take(length);
        return Arrays.copyOfRange(buffer, from, from + length);
    }

    String takeText(int length) {
        int from = take(length);
        return new String(buffer, from, length, StandardCharsets.UTF_8);
    }

    /** A text that ends in a zero byte. */
    String takeString() {
        int from = at;
        while (at < limit && buffer[at] != 0) {
            at++;
        }
        String text = new String(buffer, from, at - from, StandardCharsets.UTF_8);
        take(1);
        return text;
    }

    /** The fields of an error or notice. */
    ServerError takeError() {
        Map<Character, String> fields = new HashMap<>();
        while (remaining() > 1) {
            char field = (char) (takeByte() & 0xFF);
            fields.put(field, takeString());
        }
        return ServerError.of(fields);
    }

    private int take(int length) {
        if (length < 0 || length > limit - at) {
            throw new MessageTooShort();
        }
        int from = at;
        at += length;
        return from;
    }

    /** A message that ends before all that it should hold. */
    static final class MessageTooShort extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MessageTooShort() {
            super("a message ends too early");
        }
    }

    private int intAt(int from) {
        return (buffer[from] & 0xFF) << 24
                | (buffer[from + 1] & 0xFF) << 16
                | (buffer[from + 2] & 0xFF) << 8
                | (buffer[from + 3] & 0xFF);
    }

    /** Sends a message. */
    void send(char type, byte[] payload) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(5 + payload.length);
        message.put((byte) type).putInt(4 + payload.length).put(payload);
        sendRaw(message.array());
    }

    /** Sends what is a whole message already (the first ones have no type). */
    void sendRaw(byte[] message) throws IOException {
        sending.lock();
        try {
            out.write(message);
            out.flush();
        } finally {
            sending.unlock();
        }
    }

    /** Text with a zero byte at its end. */
    static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** Longest silence of the server while something is awaited; 0: for ever. */
    void silence(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Says goodbye, so that the server lets go of the slot at once, and closes. Waits for nobody. */
    @Override
    public void close() throws IOException {
        try {
            if (sending.tryLock()) {
                try {
                    out.write(new byte[] {'X', 0, 0, 0, 4});
                    out.flush();
                } finally {
                    sending.unlock();
                }
            }
        } catch (IOException gone) {
            // Nobody there to say goodbye to.
        } finally {
            // Closing TLS in order would wait for a reader; what it stands on can be closed under one.
            plain.close();
        }
    }
}
