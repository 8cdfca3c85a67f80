package dev.lifeboat.restore.pointintime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryStopTest {
    private static final String SAYS = "2026-11-21 05:00:01.234 UTC [4711] LOG:  recovery stopping ";
    private static final Instant AT = Instant.parse("2026-11-21T04:12:07.412345Z");

    static Stream<Arguments> said() {
        return Stream.of(
                Arguments.of(
                        "before commit of transaction 742, time 2026-11-21 04:12:07.412345+00",
                        new Stop("before", "commit", 742L, AT, null, null)),
                Arguments.of(
                        "after commit of transaction 4294967295, time 2026-11-21 04:12:07.412345+00",
                        new Stop("after", "commit", 4294967295L, AT, null, null)),
                Arguments.of(
                        "after abort of transaction 742, time 2026-11-21 04:12:07+00",
                        new Stop("after", "abort", 742L, Instant.parse("2026-11-21T04:12:07Z"), null, null)),
                Arguments.of(
                        "before WAL location (LSN) \"0/5000110\"",
                        new Stop("before", "lsn", null, null, "0/5000110", null)),
                Arguments.of(
                        "after WAL location (LSN) \"A/05000110\"",
                        new Stop("after", "lsn", null, null, "A/5000110", null)),
                Arguments.of(
                        "at restore point \"before the \"big\" one\", time 2026-11-21 04:12:07.412345+00",
                        new Stop("after", "restore-point", null, AT, null, "before the \"big\" one")));
    }

    @ParameterizedTest
    @MethodSource("said")
    void whereItStoppedIsReadFromItsLog(String said, Stop expected) {
        assertThat(RecoveryStop.parse(SAYS + said)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-21 05:00:01.234 UTC [4711] LOG:  recovery has paused",
                SAYS + "after reaching consistency",
                SAYS + "before commit of transaction 742, time 2026-11-21 05:12:07.412345+01",
                // A session may say anything.
                "2026-11-21 05:00:01.234 UTC [4711] joe@shop/psql LOG:  recovery stopping before commit of transaction 1,"
                        + " time 2026-11-21 04:12:07+00",
                "\tLOG:  recovery stopping before WAL location (LSN) \"0/5000110\""
            })
    void whatIsSomethingElseIsNoStop(String line) {
        assertThat(RecoveryStop.parse(line)).isEmpty();
    }

    @Test
    void theLastWordCounts(@TempDir Path folder) throws IOException {
        Path log = Files.write(
                folder.resolve("server.log"),
                List.of(
                        SAYS + "before WAL location (LSN) \"0/1\"",
                        SAYS + "at restore point \"für heute\", time 2026-11-21 04:12:07+00",
                        "2026-11-21 05:00:01.234 UTC [4711] LOG:  recovery has paused"));

        assertThat(RecoveryStop.in(log))
                .hasValueSatisfying(stop -> assertThat(stop.name()).isEqualTo("für heute"));
        assertThat(RecoveryStop.in(Files.createFile(folder.resolve("empty")))).isEmpty();
    }
}
