package dev.lifeboat.restore.dump;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobalsMessagesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0 | ''                                                                     | Restored
                    0 | ERROR:  42710: role "postgres" already exists                           | Restored
                    0 | psql:<stdin>:14: ERROR:  42710: role "postgres" already exists          | Restored
                    0 | ERROR:  42710: role "alice" already exists                              | DoesNotRestore
                    0 | ERROR:  42601: syntax error at or near "CREAT"                          | DoesNotRestore
                    0 | ERROR:  58P01: directory "/sandbox/ts/0" does not exist                 | NotCarriedOut
                    0 | ERROR:  53100: could not extend file "base/1/2": No space left on device | NotCarriedOut
                    2 | ''                                                                     | NotCarriedOut
                    """)
    void eachRunIsJudged(int exit, String stderr, String expected) {
        RestoreResult result = GlobalsMessages.judge(exit, stderr, "postgres");

        assertThat(result.getClass().getSimpleName()).isEqualTo(expected);
    }
}
