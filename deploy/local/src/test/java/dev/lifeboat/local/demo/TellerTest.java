package dev.lifeboat.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class TellerTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Teller teller =
            new Teller(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, InstantSource.system());

    @Test
    void whatDoesNotFitGoesOnBelowWhereItBegan() {
        teller.check(
                "not-applicable",
                "content-equality: A backup of files has no snapshot that its rows could be compared with.");

        assertThat(lines())
                .containsExactly(
                        "   n/a   content-equality: A backup of files has no snapshot that its rows",
                        "         could be compared with.");
    }

    @Test
    void aFailureIsToldPartByPart() throws Exception {
        teller.failure(
                new ObjectMapper()
                        .readTree(
                                """
                                {"code": "wal.gap", "message": "A WAL segment is missing in the archive: nothing after it can be recovered.",
                                 "expected": "every segment up to 000000010000000000000009", "found": "no 000000010000000000000008",
                                 "hint": "Take a new full backup now, and find out who removed the segment or why it was never archived."}
                                """));

        assertThat(lines())
                .containsExactly(
                        "   A WAL segment is missing in the archive: nothing after it can be recovered.",
                        "     expected every segment up to 000000010000000000000009",
                        "     found    no 000000010000000000000008",
                        "     hint     Take a new full backup now, and find out who removed the segment",
                        "              or why it was never archived.",
                        "     code     wal.gap");
    }

    @Test
    void aRefusedDocumentShowsEachMistake() throws Exception {
        teller.failure(
                new ObjectMapper()
                        .readTree(
                                """
                                {"status": 400, "detail": "The document has mistakes.", "code": "request.invalid",
                                 "errors": [{"pointer": "/backups/0/schedule", "message": "This is no cron expression.", "found": "x"}]}
                                """));

        assertThat(lines())
                .containsExactly(
                        "   The document has mistakes.",
                        "     code     request.invalid",
                        "   /backups/0/schedule: This is no cron expression.",
                        "     found    x");
    }

    @Test
    void barsShareOneScale() {
        teller.bar("planning", 1, 4);
        teller.bar("restoring", 4, 4);
        teller.bar("queued", 0, 4);

        assertThat(lines())
                .containsExactly(
                        "   planning           1.00 s  ##########",
                        "   restoring          4.00 s  ########################################",
                        "   queued             0.00 s");
    }

    @Test
    void aWordThatIsTooLongStandsAlone() {
        assertThat(Teller.wrap("short " + "x".repeat(30) + " end", 20)).containsExactly("short", "x".repeat(30), "end");
    }

    private List<String> lines() {
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(80));
        return lines;
    }
}
