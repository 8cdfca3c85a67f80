package dev.lifeboat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {

    @ParameterizedTest
    @CsvSource({"0.123, 0.12", "3, 3", "12.34, 12.3", "180.4, 180", "2048, 2048", "1.10, 1.1"})
    void three_digits_that_matter(double value, String text) {
        assertThat(Report.number(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"12.5, true", "12.51, false"})
    void beside_a_reference_the_goal_is_a_multiple_and_some_more(double measured, boolean met) {
        Result result = Result.beside("x", measured, 10, "s", 1.05, 2, "");

        assertThat(result.met()).isEqualTo(met);
        assertThat(result.goal()).isEqualTo("<= 1.05x + 2");
    }

    @Test
    void a_missed_goal_is_seen_in_the_table_and_no_line_is_longer_than_100_columns() {
        List<String> table = Report.table(List.of(
                Result.atMost("demo from a built tree", 181, "s", 180, ""),
                Result.beside("dump 2.0 GB, fingerprint full", 1234.5, 1000, "s", 1.5, 0, "")));

        assertThat(table.get(1)).endsWith("NO");
        assertThat(table.get(2)).endsWith("yes").contains("1.23");
        assertThat(table).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void the_median_of_two_is_their_mean() {
        Samples samples = new Samples();
        samples.add(1);
        samples.add(3);

        assertThat(samples.median()).isEqualTo(2);
    }
}
