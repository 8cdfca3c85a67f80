package dev.lifeboat.restore.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.replay.WalRequests;
import dev.lifeboat.restore.replay.WalSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreCommandTest {

    private static final WalSegment LAST =
            WalSegment.parse("0000000200000001000000FE").orElseThrow();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000000020000000000000006",
                "0000000200000000000000FF",
                "0000000200000001000000FE",
                "0000000100000001000000FD"
            })
    void whatItIsAskedForIsWrittenDownWithWhatCameOfIt(String segment) throws IOException, InterruptedException {
        assertThat(ask(segment)).isEqualTo(3);

        assertThat(asked()).isEqualTo("archive-get " + segment + " pg_wal/RECOVERYXLOG\n");
        assertThat(WalRequests.read(requests())).isEqualTo(WalRequests.parse(List.of(segment + " 3")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000200000001000000FF",
                "0000000100000001000000FF",
                "000000020000000200000000",
                "00000002FFFFFFFF00000000"
            })
    void whatLiesBehindTheLastSegmentIsNotThereWithoutAsking(String segment) throws IOException, InterruptedException {
        assertThat(ask(segment)).isEqualTo(1);

        assertThat(asked()).isEmpty();
        assertThat(WalRequests.read(requests())).isEqualTo(WalRequests.parse(List.of(segment + " 1")));
    }

    @Test
    void aHistoryIsAskedForAlways() throws IOException, InterruptedException {
        assertThat(ask("00000009.history")).isEqualTo(3);

        assertThat(asked()).contains("00000009.history");
    }

    /** As the server does it; the tool writes down its arguments, and ends with 3. */
    private int ask(String name) throws IOException, InterruptedException {
        Path cruel = Files.createDirectories(cruel());
        Path tool = Files.writeString(
                cruel.resolve("tool"), "#!/bin/sh\nshift 2\necho \"$*\" >> \"$(dirname \"$0\")/asked\"\nexit 3\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        Path script = Files.writeString(
                cruel.resolve("fetch"),
                RestoreCommand.script(tool.toString(), cruel.resolve("conf"), "shop", LAST, requests()));
        String command = RestoreCommand.setting(script)
                .replace("%f", name)
                .replace("%p", "pg_wal/RECOVERYXLOG")
                .replace("%%", "%");
        return new ProcessBuilder("/bin/sh", "-c", command).start().waitFor();
    }

    private String asked() throws IOException {
        Path asked = cruel().resolve("asked");
        return Files.exists(asked) ? Files.readString(asked) : "";
    }

    private Path requests() {
        return cruel().resolve("wal-requests");
    }

    private Path cruel() {
        return folder.resolve("it's 100% \"cruel\" $HOME");
    }
}
