package dev.lifeboat.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidencePageTest {
    private static final String DRILL =
            """
            {"backupId": "0193", "verdict": "%s", "reason": %s, "evidence": {"sequence": 23},
             "rto": {"objective": "PT15M", "measured": "PT13.9S", "met": true}, "rpo": {"note": "no commit was found"},
             "phases": [{"name": "queued", "duration": "PT0.5S"}, {"name": "restoring", "duration": "PT8S"},
                        {"name": "first-write", "duration": "PT0.5S"}, {"name": "verifying", "duration": "PT1S"},
                        {"name": "a phase of a later version", "duration": "PT0S"}],
             "checks": [{"name": "identity", "verdict": "passed", "found": "system identifier 74"},
                        {"name": "sql/<b>", "verdict": "failed", "reason": "5 & <6>", "found": "5"}]}
            """;

    @Test
    void eachPhaseIsInThePictureAndTheEndOfRtoIsMarked() throws Exception {
        String page = page("passed", "null");

        assertThat(page)
                .contains("<svg", "role=\"img\"")
                .contains(">queued</text>", ">8.00 s</text>", ">verifying</text>");
        assertThat(page.split("<rect ", -1)).hasSize(6);
        assertThat(page).containsOnlyOnce("writes again: RTO ends");
        // 660 pixels are ten seconds: restoring takes eight of them and begins after half a second
        assertThat(page).contains("<rect x=\"183.0\" y=\"28\" width=\"528.0\"");
    }

    @Test
    void whatWasFoundIsShownAndWhatCameFromElsewhereIsOnlyText() throws Exception {
        String page = page("failed", "\"sql/<b>: <script>alert(1)</script>\"");

        assertThat(page)
                .contains("system identifier 74")
                .contains("5 &amp; &lt;6&gt;")
                .contains("sql/&lt;b&gt;")
                .doesNotContain("<script")
                .contains("<span class=\"failed\">failed</span>")
                .contains("RTO 13.9 s of 15 min, met")
                .contains("RPO not measured (no commit was found)")
                .contains("2026-11-21 15:48:26 UTC");
    }

    @ParameterizedTest
    @CsvSource({"PT13.94S, 13.9 s", "PT119S, 119.0 s", "PT5M, 5 min", "PT90M, 90 min", "PT26H30M, 26.5 h"})
    void aTimeIsSaidAsAPersonWouldSayIt(Duration time, String said) {
        assertThat(EvidencePage.span(time)).isEqualTo(said);
    }

    private static String page(String verdict, String reason) throws Exception {
        JsonNode drill = new ObjectMapper().readTree(DRILL.formatted(verdict, reason));
        return EvidencePage.render(
                "2026-11-21T15:48:26.336766419Z", "", List.of(new EvidencePage.Shown("Restore test", drill)));
    }
}
