package dev.lifeboat.restore.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.platform.basebackup.ArrivedFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that an archive says leads out of the folder. */
class UnpackedFolderTest {
    @TempDir
    private Path root;

    private final ArrivedFiles arrived = ArrivedFiles.none();
    private Path folder;
    private UnpackedFolder unpacked;

    @BeforeEach
    void aFolderWithANeighbour() throws IOException {
        folder = Files.createDirectory(root.resolve("data"));
        Files.writeString(root.resolve("neighbour"), "untouched");
        unpacked = new UnpackedFolder(
                new UnpackedFolder.Owner() {
                    @Override
                    public Path makeFolder(Path inside) {
                        try {
                            return Files.createDirectories(inside);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }

                    @Override
                    public void give(Path inside) {
                        // Ours already.
                    }
                },
                folder,
                "pg_tblspc/16385/",
                arrived);
    }

    @Test
    void filesAndFoldersLieBelowIt() throws Exception {
        unpacked.folder("base/");
        write("base/gr\u00c3\u00b6\u00c3\u009fe", "x");
        unpacked.file("base/1", 0, new byte[32]);

        assertThat(folder.resolve("base/gr\u00f6\u00dfe")).hasContent("x");
        assertThat(arrived.files()).containsOnlyKeys("pg_tblspc/16385/base/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../fresh", "base/../../fresh", "../neighbour", "/etc/passwd", "", "./x", "base//x", "..", "a/."
            })
    void noNameLeadsOutOfIt(String name) throws Exception {
        unpacked.folder("base");

        assertThatThrownBy(() -> write(name, "x")).isInstanceOf(IOException.class);

        assertThat(root.resolve("neighbour")).hasContent("untouched");
        assertThat(root.resolve("fresh")).doesNotExist();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void aLinkIsMadeByNobodyButUs() throws Exception {
        unpacked.link("pg_tblspc/16385", "/srv/pg/fast");

        assertThat(folder).isEmptyDirectory();
        assertThatThrownBy(() -> unpacked.link("base", "/etc")).hasMessageContaining("leads to /etc");
        assertThatThrownBy(() -> unpacked.link("pg_tblspc/../base", "/etc")).isInstanceOf(IOException.class);
    }

    @Test
    void nothingIsWrittenOver() throws Exception {
        write("PG_VERSION", "15");

        assertThatThrownBy(() -> write("PG_VERSION", "16")).hasMessageContaining("twice");
        assertThatThrownBy(() -> unpacked.folder("PG_VERSION")).hasMessageContaining("file and as a folder");

        assertThat(folder.resolve("PG_VERSION")).hasContent("15");
    }

    private void write(String name, String text) throws IOException {
        try (OutputStream out = unpacked.content(name, text.length())) {
            out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
