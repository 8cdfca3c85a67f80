package dev.lifeboat.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowPictureTest {
    private static final String WINDOW =
            """
            {"computedAt": "2026-11-21T10:01:40Z", "repositories": [{"repository": "east", "method": "physical",
             "windows": [{"from": {"lsn": "0/1", "at": "2026-11-21T10:00:00Z"}, "to": {"lsn": "0/9", "at": "2026-11-21T10:01:39Z"}}],
             "backups": [{"usable": true, "from": {"lsn": "0/1", "at": "2026-11-21T10:00:00Z"}},
                         {"usable": false}]}]}
            """;

    @Test
    void theWindowItsBackupAndWhatHappenedAreInThePicture() throws Exception {
        Instant mistake = Instant.parse("2026-11-21T10:00:50.5Z");

        String picture = WindowPicture.of(new AnySecond.Story(
                null,
                new ObjectMapper().readTree(WINDOW),
                mistake.minusSeconds(1),
                new SampleShop.Mistake(mistake.minusSeconds(1), mistake, 500)));

        assertThat(picture)
                .contains("east, physical", "the mistake", "wanted 2026-11-21 10:00:49", ">now<")
                .containsOnlyOnce("<rect")
                .containsOnlyOnce(">backup<");
        // 5.5 s before and behind 100 s are drawn on 750 pixels: the window begins at 5.5 of 111 s and lasts 99
        assertThat(picture).contains("<rect x=\"187.2\" y=\"44\" width=\"668.9\"");
    }
}
