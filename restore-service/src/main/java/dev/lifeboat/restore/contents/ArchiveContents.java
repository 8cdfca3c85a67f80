package dev.lifeboat.restore.contents;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The table of contents at the head of an archive in custom format, or of {@code toc.dat} in directory format. It is read
 * here because {@code pg_restore --list} prints names without quotes: where one ends cannot be told when it has spaces.
 * Archives of pg_dump 12 to 18 (versions 1.14 to 1.16); integers are a sign and little-endian bytes, texts have their length
 * before them.
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-pgrestore.html">pg_restore, --list and --use-list</a>
 */
public final class ArchiveContents {
    private static final int OLDEST = 14;
    private static final int NEWEST = 16;
    private static final int LARGEST_TEXT = 64 << 20;
    private static final int CUSTOM = 1;
    /** What pg_dump writes into the {@code toc.dat} of a directory: the head of a tar archive. */
    private static final int DIRECTORY = 3;

    private final DataInputStream in;
    private int minor;
    private int intBytes;
    private int offsetBytes;
    private int format;

    private ArchiveContents(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /**
     * Reads it, and nothing behind it.
     *
     * @throws IOException if it is no archive, or of a version that is not known here
     */
    public static List<Entry> read(InputStream in) throws IOException {
        ArchiveContents contents = new ArchiveContents(in);
        try {
            contents.head();
            return contents.entries();
        } catch (EOFException e) {
            throw new IOException("the archive ends within its table of contents", e);
        }
    }

    private void head() throws IOException {
        if (!new String(in.readNBytes(5), StandardCharsets.US_ASCII).equals("PGDMP")) {
            throw new IOException("no archive of pg_dump");
        }
        int major = in.readUnsignedByte();
        minor = in.readUnsignedByte();
        in.readUnsignedByte();
        if (major != 1 || minor < OLDEST || minor > NEWEST) {
            throw new IOException(
                    "an archive of version " + major + "." + minor + ", known are 1." + OLDEST + " to 1." + NEWEST);
        }
        intBytes = in.readUnsignedByte();
        offsetBytes = in.readUnsignedByte();
        format = in.readUnsignedByte();
        if (intBytes > 8 || offsetBytes > 8 || (format != CUSTOM && format != DIRECTORY)) {
            throw new IOException("an archive of format " + format + " with integers of " + intBytes + " bytes");
        }
        if (minor >= 15) {
            in.readUnsignedByte();
        } else {
            integer();
        }
        for (int part = 0; part < 7; part++) {
            integer();
        }
        text();
        text();
        text();
    }

    private List<Entry> entries() throws IOException {
        int count = integer();
        List<Entry> entries = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            entries.add(entry());
        }
        return entries;
    }

    private Entry entry() throws IOException {
        int id = integer();
        integer();
        text();
        text();
        String name = text();
        String kind = text();
        integer();
        String sql = text();
        text();
        text();
        String schema = text();
        String tablespace = text();
        text();
        if (minor >= 16) {
            integer();
        }
        String owner = text();
        text();
        Set<Integer> needs = new LinkedHashSet<>();
        for (String need = text(); need != null; need = text()) {
            needs.add(Integer.valueOf(need));
        }
        if (format == CUSTOM) {
            in.skipNBytes(1L + offsetBytes);
        } else {
            text();
        }
        return new Entry(
                id, kind, filled(schema), name, filled(owner), filled(tablespace), sql == null ? "" : sql, needs);
    }

    private int integer() throws IOException {
        boolean negative = in.readUnsignedByte() != 0;
        long value = 0;
        for (int index = 0; index < intBytes; index++) {
            value |= (long) in.readUnsignedByte() << (8 * index);
        }
        return Math.toIntExact(negative ? -value : value);
    }

    private String text() throws IOException {
        int length = integer();
        if (length < 0) {
            return null;
        }
        if (length > LARGEST_TEXT) {
            throw new IOException("a text of " + length + " bytes in the table of contents");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String filled(String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
