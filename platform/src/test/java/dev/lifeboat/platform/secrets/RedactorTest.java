package dev.lifeboat.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactorTest {
    @ParameterizedTest
    @CsvSource({
        "password is p@ss word!, password is ***",
        "url ?password=p%40ss+word%21&x, url ?password=***&x",
        "url ?password=p%40ss%20word%21&x, url ?password=***&x",
        "nothing here, nothing here",
        "p@ss word!p@ss word!, ******"
    })
    void hidesASecretInTheFormsInWhichItIsPrinted(String text, String shown) {
        assertThat(Redactor.of(List.of(Secret.of("p@ss word!"))).redact(text)).isEqualTo(shown);
    }

    @Test
    void hidesTheLongerOneFirstWhenOneContainsAnother() {
        Redactor redactor = Redactor.of(List.of(Secret.of("secret"), Secret.of("secret-tail")));

        assertThat(redactor.redact("a secret-tail b secret c")).isEqualTo("a *** b *** c");
    }

    @Test
    void hidesTheLinesOfASecretThatHasSeveral() {
        Redactor redactor = Redactor.of(List.of(Secret.of("first-line\nsecond-line")));

        assertThat(redactor.redact("read second-line")).isEqualTo("read ***");
    }

    @Test
    void aSecretDoesNotPrintItself() {
        Secret secret = Secret.of("s3cret");

        assertThat("password " + secret).isEqualTo("password ***");
        assertThat(secret).isEqualTo(Secret.of("s3cret")).isNotEqualTo(Secret.of("s3creT"));
    }
}
