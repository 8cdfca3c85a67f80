package dev.lifeboat.platform.basebackup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.LongConsumer;

/**
 * Reads a tar archive as PostgreSQL writes it: plain ustar headers, sizes beyond eight GiB in binary, links and folders
 * without content, two empty blocks at the end.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06">POSIX: ustar
 *     Interchange Format</a>
 */
public final class TarArchive {
    private static final int BLOCK = 512;
    private static final int BUFFER = 256 * 1024;
    private static final int NAME = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE = 12;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM = 8;
    private static final int TYPE_AT = 156;
    private static final int LINK_AT = 157;
    private static final int PREFIX_AT = 345;
    private static final int PREFIX = 155;

    private final InputStream in;
    private final MessageDigest digest;
    private final LongConsumer progress;
    private final byte[] header = new byte[BLOCK];
    private final byte[] buffer = new byte[BUFFER];
    private long bytes;

    /**
     * @param digest used for each file in turn
     * @param progress is told how many more bytes were read
     */
    public TarArchive(InputStream in, MessageDigest digest, LongConsumer progress) {
        this.in = in;
        this.digest = digest;
        this.progress = progress;
    }

    /** Takes what an archive holds, in its order. Names have a character for each byte. */
    @FunctionalInterface
    public interface Files {
        /** A file was read to its end, and has that digest. */
        void file(String name, long size, byte[] digest) throws IOException;

        /** A file begins: where its bytes shall go, closed at its end. */
        default OutputStream content(String name, long size) throws IOException {
            return OutputStream.nullOutputStream();
        }

        /** A folder. */
        default void folder(String name) throws IOException {}

        /** A symbolic link. */
        default void link(String name, String target) throws IOException {}
    }

    /**
     * Reads to the end of the stream.
     *
     * @return length of the archive
     * @throws IOException when it is no archive, or ends too early
     */
    public long read(Files files) throws IOException {
        while (true) {
            readFully(header, BLOCK, "a header");
            if (isEmpty()) {
                end();
                return bytes;
            }
            requireChecksum();
            char type = (char) (header[TYPE_AT] & 0xFF);
            long size = number(SIZE_AT, SIZE);
            switch (type) {
                case '0', '\0' -> {
                    String name = name();
                    try (OutputStream into = files.content(name, size)) {
                        content(size, into);
                    }
                    files.file(name, size, digest.digest());
                }
                case '2' -> {
                    requireNone(size);
                    files.link(name(), text(LINK_AT, NAME));
                }
                case '5' -> {
                    requireNone(size);
                    files.folder(name());
                }
                default -> throw new IOException(name() + " is of the unknown type " + (int) type);
            }
        }
    }

    private void requireNone(long size) throws IOException {
        if (size != 0) {
            throw new IOException(name() + " is no file and has " + size + " bytes");
        }
    }

    private void content(long size, OutputStream into) throws IOException {
        digest.reset();
        for (long left = size; left > 0; ) {
            int length = (int) Math.min(left, buffer.length);
            readFully(buffer, length, "the content of " + name());
            digest.update(buffer, 0, length);
            into.write(buffer, 0, length);
            left -= length;
        }
        int padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
        readFully(buffer, padding, "the padding");
        requireEmpty(padding, "something in the padding");
    }

    private void requireEmpty(int length, String otherwise) throws IOException {
        for (int i = 0; i < length; i++) {
            if (buffer[i] != 0) {
                throw new IOException(otherwise);
            }
        }
    }

    private void end() throws IOException {
        readFully(header, BLOCK, "the end mark");
        if (!isEmpty()) {
            throw new IOException("one empty block, and then more");
        }
        int read;
        while ((read = in.read(buffer)) >= 0) {
            requireEmpty(read, "something behind the end mark");
            count(read);
        }
    }

    private void readFully(byte[] into, int length, String what) throws IOException {
        int read = in.readNBytes(into, 0, length);
        if (read < length) {
            throw new IOException(what + " ends after " + read + " of " + length + " bytes");
        }
        count(length);
    }

    private void count(int length) {
        bytes += length;
        progress.accept(length);
    }

    private boolean isEmpty() {
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void requireChecksum() throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM ? ' ' : header[i] & 0xFF;
        }
        if (sum != number(CHECKSUM_AT, CHECKSUM)) {
            throw new IOException("a header with a wrong checksum");
        }
    }

    /** The digest that manifests have. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private String name() {
        String prefix = text(PREFIX_AT, PREFIX);
        String name = text(0, NAME);
        String whole = prefix.isEmpty() ? name : prefix + "/" + name;
        return whole.startsWith("./") ? whole.substring(2) : whole;
    }

    private String text(int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.ISO_8859_1);
    }

    /** Octal digits; or, where the first bit is set, a binary number. */
    private long number(int from, int length) throws IOException {
        long value = 0;
        if ((header[from] & 0x80) != 0) {
            for (int i = from + length - Long.BYTES; i < from + length; i++) {
                value = value << 8 | (header[i] & 0xFF);
            }
            if (value < 0) {
                throw new IOException("a size beyond all limits");
            }
            return value;
        }
        for (int i = from; i < from + length; i++) {
            int digit = header[i];
            if (digit >= '0' && digit <= '7') {
                value = value << 3 | (digit - '0');
            } else if (digit != ' ' && digit != 0) {
                throw new IOException("a number with the byte " + digit);
            }
        }
        return value;
    }
}
