package dev.lifeboat.restore.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayProgressTest {
    private static final WalSegment LAST =
            WalSegment.parse("000000010000000000000005").orElseThrow();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # requests so far                                     | idle  | consistent | what it means
                                                                          | false | false      | Replaying
                    000000010000000000000004 0                            | false | false      | Replaying
                    000000010000000000000004 0                            | true  | true       | Replaying
                    000000010000000000000005 0, 000000010000000000000006 1 | false | true      | Replaying
                    000000010000000000000005 0, 000000010000000000000006 1 | true  | true      | AtTheEnd
                    000000010000000000000005 0, 000000020000000000000006 1 | true  | true      | AtTheEnd
                    000000010000000000000003 0, 000000010000000000000004 1 | false | true      | Replaying
                    000000010000000000000003 0, 000000010000000000000004 1 | true  | true      | AtAGap
                    000000010000000000000003 0, 000000010000000000000004 1 | true  | false     | AtAGap
                    000000010000000000000005 0, 000000010000000000000006 1 | true  | false     | Inconsistent
                    000000010000000000000005 1, 000000010000000000000005 0 | true  | true      | Replaying
                    000000010000000000000005 103                          | true  | true       | Unanswered
                    000000010000000000000005 103, 000000010000000000000005 0 | true | true     | Replaying
                    00000002.history 1                                    | true  | true       | Replaying
                    """)
    void itIsDecidedFromWhatTheServerAskedFor(String requests, boolean idle, boolean consistent, String expected) {
        List<String> lines = requests == null ? List.of() : List.of(requests.split(", *"));

        ReplayProgress progress = ReplayProgress.of(WalRequests.parse(lines), LAST, idle, consistent);

        assertThat(progress.getClass().getSimpleName()).isEqualTo(expected);
    }
}
