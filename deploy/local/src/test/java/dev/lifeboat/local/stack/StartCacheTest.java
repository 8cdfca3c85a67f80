package dev.lifeboat.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
    private static final Instant BUILT = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    Path folder;

    private Path program;
    private Path cache;

    @BeforeEach
    void aProgram() throws Exception {
        program = file("program.jar", BUILT);
        cache = folder.resolve("classes-25.aot");
    }

    @Test
    void theFirstRunWritesIt() {
        assertThat(StartCache.options(folder, program, 25)).contains("-XX:AOTCacheOutput=" + cache);
    }

    @Test
    void theNextOneReadsIt() throws Exception {
        file("classes-25.aot", BUILT.plusSeconds(60));

        assertThat(StartCache.options(folder, program, 25)).contains("-XX:AOTCache=" + cache);
    }

    @Test
    void afterABuildItIsWrittenAnew() throws Exception {
        file("classes-25.aot", BUILT.minusSeconds(60));

        assertThat(StartCache.options(folder, program, 25)).contains("-XX:AOTCacheOutput=" + cache);
        assertThat(cache).doesNotExist();
    }

    @Test
    void anOtherJdkHasAnotherOne() throws Exception {
        file("classes-25.aot", BUILT.plusSeconds(60));

        assertThat(StartCache.options(folder, program, 26))
                .contains("-XX:AOTCacheOutput=" + folder.resolve("classes-26.aot"));
        assertThat(StartCache.options(folder, program, 21))
                .contains("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + folder.resolve("classes-21.jsa"));
    }

    private Path file(String name, Instant at) throws Exception {
        Path file = Files.createFile(folder.resolve(name));
        Files.setLastModifiedTime(file, FileTime.from(at));
        return file;
    }
}
