package dev.lifeboat.platform.basebackup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifeboat.platform.basebackup.ArrivedFiles.File;
import dev.lifeboat.platform.basebackup.ServerManifest.WalRange;
import dev.lifeboat.platform.postgres.Lsn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrived against what the server says that it sent. */
class ServerManifestTest {
    @TempDir
    private Path folder;

    @Test
    void allIsAsItSays() throws Exception {
        Map<String, File> arrived = arrived();

        ServerManifest manifest = ServerManifest.compare(written(manifest()), arrived);

        assertThat(manifest.wal())
                .containsExactly(
                        new WalRange(2, Lsn.parse("0/3000000"), Lsn.parse("0/3000100")),
                        new WalRange(1, Lsn.parse("0/2000028"), Lsn.parse("0/3000000")));
        assertThat(manifest.systemIdentifier()).contains("7574821111111111111");
        assertThat(arrived).isEmpty();
    }

    @Test
    void aFileThatDidNotArrive() throws Exception {
        Map<String, File> arrived = arrived();
        arrived.remove("PG_VERSION");
        assertThat(found(manifest(), arrived)).isEqualTo("PG_VERSION did not arrive");
    }

    @Test
    void aFileThatIsShorter() throws Exception {
        Map<String, File> arrived = arrived();
        arrived.put("PG_VERSION", new File(2, digest("15\n")));
        assertThat(found(manifest(), arrived)).isEqualTo("PG_VERSION has 2 bytes and not 3");
    }

    @Test
    void aFileOfOtherContent() throws Exception {
        Map<String, File> arrived = arrived();
        arrived.put("PG_VERSION", new File(3, digest("16\n")));
        assertThat(found(manifest(), arrived)).isEqualTo("PG_VERSION has other content");
    }

    @Test
    void aFileThatNobodyNamed() throws Exception {
        Map<String, File> arrived = arrived();
        arrived.put("base/1/x", new File(0, digest("")));
        assertThat(found(manifest(), arrived)).isEqualTo("base/1/x is not in the manifest");
    }

    @Test
    void aManifestThatWasChanged() throws Exception {
        String changed = written(manifest(), "").replace("\"Size\": 3", "\"Size\": 4");
        Path file = Files.writeString(folder.resolve("changed"), changed);
        ManifestMismatch failure =
                catchThrowableOfType(ManifestMismatch.class, () -> ServerManifest.compare(file, arrived()));
        assertThat(failure.expected()).startsWith("a manifest of digest ");
    }

    @Test
    void aManifestThatEndsTooEarly() throws Exception {
        String whole = written(manifest(), "");
        Path file = Files.writeString(folder.resolve("short"), whole.substring(0, whole.length() - 100));
        ManifestMismatch failure =
                catchThrowableOfType(ManifestMismatch.class, () -> ServerManifest.compare(file, arrived()));
        assertThat(failure.expected()).isEqualTo("a manifest with its digest at its end");
    }

    @Test
    void oneWithoutWal() throws Exception {
        String without = manifest().replaceAll("(?s)\"WAL-Ranges\": \\[.*?\\]", "\"WAL-Ranges\": []");
        assertThat(found(without, arrived())).isEqualTo("none");
    }

    private String found(String manifest, Map<String, File> arrived) throws Exception {
        Path file = written(manifest);
        return catchThrowableOfType(ManifestMismatch.class, () -> ServerManifest.compare(file, arrived))
                .found();
    }

    private static Map<String, File> arrived() {
        Map<String, File> files = new HashMap<>();
        files.put("PG_VERSION", new File(3, digest("15\n")));
        files.put("pg_tblspc/16385/PG_15/5/1", new File(0, digest("")));
        files.put("gr\u00ff", new File(1, digest("x")));
        return files;
    }

    private static String manifest() {
        return """
                { "PostgreSQL-Backup-Manifest-Version": 2,
                "System-Identifier": 7574821111111111111,
                "Files": [
                { "Path": "PG_VERSION", "Size": 3, "Last-Modified": "2026-11-21 03:30:00 GMT", "Checksum-Algorithm": "SHA256", "Checksum": "%s" },
                { "Path": "pg_tblspc/16385/PG_15/5/1", "Size": 0, "Last-Modified": "2026-11-21 03:30:00 GMT", "Checksum-Algorithm": "SHA256", "Checksum": "%s" },
                { "Encoded-Path": "6772ff", "Size": 1, "Last-Modified": "2026-11-21 03:30:00 GMT", "Checksum-Algorithm": "SHA256", "Checksum": "%s" }
                ],
                "WAL-Ranges": [
                { "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/3000000" },
                { "Timeline": 2, "Start-LSN": "0/3000000", "End-LSN": "0/3000100" }
                ],
                """
                .formatted(hex("15\n"), hex(""), hex("x"));
    }

    private Path written(String manifest) throws Exception {
        return Files.writeString(folder.resolve("manifest"), written(manifest, ""));
    }

    private static String written(String manifest, String more) {
        return manifest + more + "\"Manifest-Checksum\": \"" + hex(manifest + more) + "\"}\n";
    }

    private static byte[] digest(String text) {
        return TarArchive.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(digest(text));
    }
}
