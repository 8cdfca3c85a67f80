package dev.lifeboat.restore.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreloadLibrariesTest {
    private static final Set<String> INSTALLED = Set.of("auto_explain", "pg_stat_statements", "pg_cron");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                                                              |                                  |                   |
                    ''                                        |                                  |                   |
                    pg_stat_statements,auto_explain           | pg_stat_statements auto_explain  |                   |
                    pg_cron, pg_stat_statements               | pg_stat_statements               | pg_cron           |
                    $libdir/pg_cron.so                        |                                  | pg_cron           |
                    "timescaledb"                             |                                  |                   | timescaledb
                    pglogical,auto_explain,my_lib             | auto_explain                     | pglogical         | my_lib
                    """)
    void librariesAreSorted(String setting, String kept, String leftOff, String missing) {
        PreloadLibraries sorted = PreloadLibraries.sort(setting, INSTALLED);

        assertThat(sorted).isEqualTo(new PreloadLibraries(words(kept), words(leftOff), words(missing)));
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank()
                ? List.of()
                : Arrays.asList(text.strip().split(" +"));
    }
}
