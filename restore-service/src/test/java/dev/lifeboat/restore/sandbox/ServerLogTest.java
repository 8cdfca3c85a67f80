package dev.lifeboat.restore.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines as PostgreSQL 15 writes them with a sandbox's settings. */
class ServerLogTest {
    private static final String AT = "2026-11-21 05:00:01.234 UTC [4711] ";

    @TempDir
    private Path folder;

    @Test
    void onlyTroubleOfTheServersOwnProcessesIsKept() throws IOException {
        Path log = Files.writeString(
                folder.resolve("server.log"),
                String.join(
                        "\n",
                        AT + "LOG:  database system is ready to accept connections",
                        AT + "FATAL:  could not open file \"base/5/1259\": No such file or directory",
                        AT + "lifeboat@shop/verifier ERROR:  division by zero",
                        AT + "o'brien \"x\"@we ird/psql FATAL:  the database system is starting up",
                        AT + "ERROR:  division by zero",
                        AT + "LOG:  server process (PID 4712) was terminated by signal 11: Segmentation fault",
                        AT + "LOG:  terminating any other active server processes",
                        "a line that begins nowhere"));

        assertThat(ServerLog.errors(log, 20))
                .containsExactly(
                        "FATAL: could not open file \"base/5/1259\": No such file or directory",
                        "ERROR: division by zero",
                        "LOG: server process (PID 4712) was terminated by signal 11: Segmentation fault");
        assertThat(ServerLog.errors(log, 1)).singleElement().asString().startsWith("LOG: server process");
    }

    @Test
    void aLogThatCannotBeReadIsNoSilence() {
        assertThat(ServerLog.errors(folder.resolve("none.log"), 20))
                .singleElement()
                .asString()
                .startsWith("the server's log cannot be read: ");
    }
}
