package dev.lifeboat.restore.physical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server's {@code restore_command} answers: here it is, it is not there, or nothing until one of the two is true. */
@Timeout(30)
class WalHandoverTest {
    private static final String EXPECTED = "000000010000000000000005";
    private static final String UNKNOWN = "000000010000000000000006";

    @TempDir
    private Path root;

    private Path folder;
    private Path data;

    @BeforeEach
    void aFolderOfACruelName() throws IOException {
        folder = Files.createDirectory(root.resolve("it's a 100% fold er"));
        data = Files.createDirectory(root.resolve("data"));
        Files.createDirectory(folder.resolve("ready"));
        Files.writeString(folder.resolve("expected"), EXPECTED + "\n");
        Files.writeString(folder.resolve("requests"), "");
        Files.writeString(folder.resolve("fetch-wal"), WalHandover.script(folder));
    }

    @Test
    void whatIsReadyIsTakenOnce() throws Exception {
        Files.writeString(folder.resolve("ready").resolve(EXPECTED), "wal");

        assertThat(ask(EXPECTED).waitFor()).isZero();
        assertThat(data.resolve("RECOVERYXLOG")).hasContent("wal");
        // The server has it by now.
        assertThat(ask(EXPECTED).waitFor()).isEqualTo(1);
        assertThat(folder.resolve("requests")).hasContent(EXPECTED + " 0\n" + EXPECTED + " 1\n");
    }

    @Test
    void whatWillNeverComeIsNotThere() throws Exception {
        assertThat(ask(UNKNOWN).waitFor()).isEqualTo(1);
        assertThat(ask("00000002.history").waitFor()).isEqualTo(1);
    }

    @Test
    void aHistoryIsThereAgainAndAgain() throws Exception {
        Files.writeString(folder.resolve("ready/00000002.history"), "1\t0/5000000\n");

        assertThat(ask("00000002.history").waitFor()).isZero();
        assertThat(ask("00000002.history").waitFor()).isZero();
    }

    @Test
    void whatIsToComeIsWaitedFor() throws Exception {
        Process asking = ask(EXPECTED);
        Awaitility.await().until(() -> Files.exists(folder.resolve("wanted")));
        assertThat(asking.isAlive()).isTrue();
        Path coming = Files.writeString(folder.resolve("coming"), "wal");
        Files.move(coming, folder.resolve("ready").resolve(EXPECTED), StandardCopyOption.ATOMIC_MOVE);

        assertThat(asking.waitFor()).isZero();
        assertThat(data.resolve("RECOVERYXLOG")).hasContent("wal");
    }

    @Test
    void whoeverWaitsInVainEndsTheRecovery() throws Exception {
        Process asking = ask(EXPECTED);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(folder.resolve("wanted")));

        Files.delete(folder.resolve("expected"));

        // Above 125: a server takes it for an end, not for "not there".
        assertThat(asking.waitFor()).isEqualTo(255);
    }

    /** As a server does: from its data directory, with a path below it. */
    private Process ask(String name) throws IOException {
        return new ProcessBuilder("/bin/sh", folder.resolve("fetch-wal").toString(), name, "RECOVERYXLOG")
                .directory(data.toFile())
                .inheritIO()
                .start();
    }
}
