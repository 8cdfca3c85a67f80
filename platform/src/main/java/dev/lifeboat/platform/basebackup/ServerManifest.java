package dev.lifeboat.platform.basebackup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.lifeboat.platform.postgres.Lsn;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list that the server makes of the files it sends, and of the WAL that they need. Read as a stream: it has a line for
 * each file of the cluster.
 *
 * @param wal what must be replayed, newest timeline first
 * @param systemIdentifier from PostgreSQL 17 on
 * @see <a href="https://www.postgresql.org/docs/current/backup-manifest-format.html">PostgreSQL: Backup Manifest Format</a>
 */
public record ServerManifest(List<WalRange> wal, Optional<String> systemIdentifier) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern LAST_LINE = Pattern.compile("\"Manifest-Checksum\":\\s*\"([0-9a-fA-F]{64})\"}\\s*");
    private static final int TAIL = 512;
    private static final int NAMED = 5;

    /**
     * A stretch of WAL.
     *
     * @param start where its first record begins
     * @param end behind its last
     */
    public record WalRange(int timeline, Lsn start, Lsn end) {}

    /**
     * Reads the manifest and compares it with what arrived: each file's size and digest, none missing, none too many, and the
     * manifest's own digest.
     *
     * @param arrived is emptied as files are found
     * @throws ManifestMismatch when anything differs
     */
    public static ServerManifest compare(Path file, Map<String, ArrivedFiles.File> arrived) throws IOException {
        requireChecksum(file);
        Reading reading = new Reading(arrived);
        try (JsonParser json = JSON.createParser(file.toFile())) {
            reading.document(json);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ManifestMismatch("a manifest as documented", String.valueOf(e.getMessage()), e);
        }
        return reading.finish();
    }

    /** The last line holds the digest of all lines before it. */
    private static void requireChecksum(Path file) throws IOException {
        long size = Files.size(file);
        int length = (int) Math.min(TAIL, size);
        byte[] tail = new byte[length];
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "r")) {
            raw.seek(size - length);
            raw.readFully(tail);
        }
        String text = new String(tail, StandardCharsets.ISO_8859_1);
        int line = text.lastIndexOf('\n', text.length() - 2) + 1;
        Matcher last = LAST_LINE.matcher(text.substring(line));
        if (line == 0 || !last.matches()) {
            throw new ManifestMismatch("a manifest with its digest at its end", "none", null);
        }
        String found = HexFormat.of().formatHex(digest(file, size - length + line));
        if (!found.equals(last.group(1).toLowerCase(Locale.ROOT))) {
            throw new ManifestMismatch("a manifest of digest " + last.group(1), found, null);
        }
    }

    private static byte[] digest(Path file, long length) throws IOException {
        MessageDigest digest = TarArchive.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            for (long left = length; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException("the manifest became shorter while it was read");
                }
                digest.update(buffer, 0, read);
                left -= read;
            }
        }
        return digest.digest();
    }

    /** One pass over the document. */
    private static final class Reading {
        private final Map<String, ArrivedFiles.File> arrived;
        private final List<String> problems = new ArrayList<>();
        private final List<WalRange> wal = new ArrayList<>();
        private int wrong;
        private String systemIdentifier;

        Reading(Map<String, ArrivedFiles.File> arrived) {
            this.arrived = arrived;
        }

        void document(JsonParser json) throws IOException {
            require(json.nextToken() == JsonToken.START_OBJECT, "an object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "System-Identifier" -> systemIdentifier = json.getText();
                    case "Files" -> array(json, this::file);
                    case "WAL-Ranges" -> array(json, this::range);
                    default -> json.skipChildren();
                }
            }
        }

        private interface Item {
            void read(JsonParser json) throws IOException;
        }

        private void array(JsonParser json, Item item) throws IOException {
            require(json.currentToken() == JsonToken.START_ARRAY, "a list");
            while (json.nextToken() == JsonToken.START_OBJECT) {
                item.read(json);
            }
        }

        private void file(JsonParser json) throws IOException {
            String path = null;
            long size = -1;
            String algorithm = null;
            String checksum = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "Path" ->
                        path = new String(json.getText().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                    case "Encoded-Path" ->
                        path = new String(HexFormat.of().parseHex(json.getText()), StandardCharsets.ISO_8859_1);
                    case "Size" -> size = json.getLongValue();
                    case "Checksum-Algorithm" -> algorithm = json.getText();
                    case "Checksum" -> checksum = json.getText();
                    default -> json.skipChildren();
                }
            }
            require(path != null && size >= 0, "a path and a size of each file");
            require("SHA256".equals(algorithm) && checksum != null, "a SHA256 digest of " + path);
            ArrivedFiles.File file = arrived.remove(path);
            if (file == null) {
                problem(path + " did not arrive");
            } else if (file.size() != size) {
                problem(path + " has " + file.size() + " bytes and not " + size);
            } else if (!file.hasDigest(HexFormat.of().parseHex(checksum))) {
                problem(path + " has other content");
            }
        }

        private void range(JsonParser json) throws IOException {
            Integer timeline = null;
            Lsn start = null;
            Lsn end = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "Timeline" -> timeline = (int) json.getLongValue();
                    case "Start-LSN" -> start = Lsn.parse(json.getText());
                    case "End-LSN" -> end = Lsn.parse(json.getText());
                    default -> json.skipChildren();
                }
            }
            require(timeline != null && start != null && end != null, "timeline, start and end of each range of WAL");
            wal.add(new WalRange(timeline, start, end));
        }

        ServerManifest finish() {
            arrived.keySet().stream().sorted().limit(NAMED).forEach(path -> problem(path + " is not in the manifest"));
            if (wrong > 0) {
                throw new ManifestMismatch(
                        "all files as the manifest says",
                        String.join("; ", problems) + (wrong > problems.size() ? "; and more" : ""),
                        null);
            }
            if (wal.isEmpty()) {
                throw new ManifestMismatch("a range of WAL in the manifest", "none", null);
            }
            return new ServerManifest(
                    wal.stream()
                            .sorted((one, other) -> Integer.compareUnsigned(other.timeline(), one.timeline()))
                            .toList(),
                    Optional.ofNullable(systemIdentifier));
        }

        private void problem(String what) {
            wrong++;
            if (problems.size() < NAMED) {
                problems.add(what);
            }
        }

        private static void require(boolean fulfilled, String what) {
            if (!fulfilled) {
                throw new IllegalArgumentException("the manifest does not hold " + what);
            }
        }
    }
}
