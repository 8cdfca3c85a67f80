package dev.lifeboat.platform.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryReadinessTest {
    @TempDir
    Path folder;

    @Test
    void makes_what_is_not_there_so_that_others_can_pass() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path work = folder.resolve("work");

        assertThat(WorkDirectoryReadiness.missing(work, true)).isEmpty();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work)))
                .isEqualTo("rwx--x--x");
    }

    @Test
    void names_the_folder_that_the_server_programs_cannot_pass() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(WorkDirectoryReadiness.missing(work, true)).hasValueSatisfying(failure -> {
            assertThat(failure.code()).isEqualTo("work-directory.closed");
            assertThat(failure.hint()).contains("chmod o+x " + folder);
        });
        assertThat(WorkDirectoryReadiness.missing(work, false)).isEmpty();
    }

    @Test
    void a_file_in_its_place_is_no_work_directory() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(WorkDirectoryReadiness.missing(file, false))
                .map(Failure::code)
                .contains("work-directory.unusable");
    }
}
