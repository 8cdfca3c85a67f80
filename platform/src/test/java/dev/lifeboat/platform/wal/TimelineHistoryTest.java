package dev.lifeboat.platform.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.platform.postgres.Lsn;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TimelineHistoryTest {
    private static final String FILE =
            """
            1\t0/3000148\tno recovery target specified

            # a comment
            2\t1/A0\tat restore point "before
            """;

    private final TimelineHistory history = TimelineHistory.parse(4, FILE.getBytes(StandardCharsets.UTF_8));

    @Test
    void knowsWhereEachAncestorWasLeft() {
        assertThat(history.leftAt(1)).contains(Lsn.parse("0/3000148"));
        assertThat(history.leftAt(2)).contains(Lsn.parse("1/A0"));
        assertThat(history.leftAt(3)).isEmpty();
        assertThat(history.leftAt(4)).isEmpty();
        assertThat(history.includes(4)).isTrue();
        assertThat(history.includes(3)).isFalse();
    }

    @Test
    void knowsWhatFollowed() {
        assertThat(history.after(1)).contains(2);
        assertThat(history.after(2)).contains(4);
        assertThat(history.after(4)).isEmpty();
    }

    @Test
    void aPositionWhereATimelineWasLeftBelongsToTheNext() {
        assertThat(history.timelineOf(Lsn.parse("0/3000147"))).isEqualTo(1);
        assertThat(history.timelineOf(Lsn.parse("0/3000148"))).isEqualTo(2);
        assertThat(history.timelineOf(Lsn.parse("1/A0"))).isEqualTo(4);
        assertThat(TimelineHistory.first(1).timelineOf(Lsn.parse("9/0"))).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoHistory() {
        assertThatThrownBy(() -> TimelineHistory.parse(2, "1".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimelineHistory.parse(1, FILE.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
