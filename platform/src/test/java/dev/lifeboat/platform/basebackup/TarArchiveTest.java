package dev.lifeboat.platform.basebackup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as PostgreSQL writes them, and such as it does not. */
class TarArchiveTest {
    @Test
    void filesWithTheirDigests() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.write(header("base", '5', "00000000000"));
        entry(tar, "PG_VERSION", "15\n");
        tar.write(header("pg_tblspc/16385", '2', "00000000000"));
        entry(tar, "empty", "");
        entry(tar, "base/block", "x".repeat(512));
        tar.write(new byte[1024]);

        Map<String, String> files = read(tar.toByteArray());

        assertThat(files)
                .containsExactly(
                        Map.entry("PG_VERSION", "3 " + hex("15\n")),
                        Map.entry("base/block", "512 " + hex("x".repeat(512))),
                        Map.entry("empty", "0 " + hex("")));
    }

    @Test
    void foldersLinksAndContentComeInTheirOrder() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.write(header("./pg_tblspc", '5', "00000000000"));
        byte[] link = header("pg_tblspc/16385", '2', "00000000000");
        put(link, 157, "/srv/pg/fast");
        checksum(link);
        tar.write(link);
        entry(tar, "./PG_VERSION", "15\n");
        tar.write(new byte[1024]);
        List<String> seen = new ArrayList<>();
        ByteArrayOutputStream content = new ByteArrayOutputStream();

        new TarArchive(new ByteArrayInputStream(tar.toByteArray()), TarArchive.sha256(), more -> {})
                .read(new TarArchive.Files() {
                    @Override
                    public OutputStream content(String name, long size) {
                        seen.add("begin " + name + " " + size);
                        return content;
                    }

                    @Override
                    public void file(String name, long size, byte[] digest) {
                        seen.add("end " + name);
                    }

                    @Override
                    public void folder(String name) {
                        seen.add("folder " + name);
                    }

                    @Override
                    public void link(String name, String target) {
                        seen.add(name + " to " + target);
                    }
                });

        assertThat(seen)
                .containsExactly(
                        "folder pg_tblspc", "pg_tblspc/16385 to /srv/pg/fast", "begin PG_VERSION 3", "end PG_VERSION");
        assertThat(content).hasToString("15\n");
    }

    @Test
    void aSizeBeyondEightGigabytesIsBinary() throws Exception {
        byte[] header = header("base/large", '0', "");
        header[124] = (byte) 0x80;
        header[131] = 2;
        checksum(header);
        assertThatThrownBy(() -> read(header))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the content of base/large ends after 0 of 262144 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 512, 513, 1023, 1024, 1535})
    void whatEndsTooEarlyIsNoArchive(int length) throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        entry(tar, "PG_VERSION", "15\n");
        tar.write(new byte[1024]);
        assertThat(read(tar.toByteArray())).hasSize(1);
        assertThatThrownBy(() -> read(Arrays.copyOf(tar.toByteArray(), length))).isInstanceOf(IOException.class);
    }

    @Test
    void aTurnedBitInAHeader() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        entry(tar, "PG_VERSION", "15\n");
        tar.write(new byte[1024]);
        byte[] bytes = tar.toByteArray();
        bytes[3] ^= 1;
        assertThatThrownBy(() -> read(bytes)).hasMessageContaining("checksum");
    }

    @Test
    void somethingBehindTheEnd() {
        byte[] bytes = new byte[2048];
        bytes[1500] = 1;
        assertThatThrownBy(() -> read(bytes)).hasMessageContaining("behind the end mark");
    }

    private static Map<String, String> read(byte[] tar) throws IOException {
        Map<String, String> files = new TreeMap<>();
        long[] told = new long[1];
        long length = new TarArchive(new ByteArrayInputStream(tar), TarArchive.sha256(), more -> told[0] += more)
                .read((name, size, digest) ->
                        files.put(name, size + " " + HexFormat.of().formatHex(digest)));
        assertThat(length).isEqualTo(tar.length).isEqualTo(told[0]);
        return files;
    }

    private static void entry(ByteArrayOutputStream tar, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        tar.write(header(name, '0', "%011o".formatted(bytes.length)));
        tar.write(bytes);
        tar.write(new byte[(512 - bytes.length % 512) % 512]);
    }

    private static byte[] header(String name, char type, String size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 124, size);
        header[156] = (byte) type;
        put(header, 257, "ustar");
        checksum(header);
        return header;
    }

    private static void checksum(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        put(header, 148, "%06o".formatted(sum));
        header[154] = 0;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(TarArchive.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
