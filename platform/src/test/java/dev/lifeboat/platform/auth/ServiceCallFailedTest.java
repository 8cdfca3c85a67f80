package dev.lifeboat.platform.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceCallFailedTest {

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "400, false",
        "401, true",
        "403, false",
        "404, false",
        "408, true",
        "409, false",
        "422, false",
        "429, true",
        "500, true",
        "501, false",
        "502, true",
        "503, true",
        "504, true"
    })
    void which_calls_may_work_later(int status, boolean retryable) {
        assertThat(ServiceCallFailed.retryable(status)).isEqualTo(retryable);
    }
}
