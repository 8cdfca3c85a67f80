package dev.lifeboat.restore.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.replay.WalRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreCommandTest {

    @Test
    void whatItIsAskedForIsWrittenDownWithWhatCameOfIt(@TempDir Path folder) throws IOException, InterruptedException {
        Path cruel = Files.createDirectory(folder.resolve("it's 100% \"cruel\" $HOME"));
        Path tool = Files.writeString(cruel.resolve("tool"), "#!/bin/sh\nexit 1\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        Path requests = cruel.resolve("wal-requests");
        Path script = Files.writeString(
                cruel.resolve("fetch"),
                RestoreCommand.script(tool.toString(), cruel.resolve("conf"), "shop", requests));
        // As the server does it.
        String command = RestoreCommand.setting(script)
                .replace("%f", "000000010000000000000006")
                .replace("%p", "pg_wal/RECOVERYXLOG")
                .replace("%%", "%");

        int exit = new ProcessBuilder("/bin/sh", "-c", command).start().waitFor();

        assertThat(exit).isEqualTo(1);
        assertThat(WalRequests.read(requests))
                .isEqualTo(WalRequests.parse(java.util.List.of("000000010000000000000006 1")));
    }
}
