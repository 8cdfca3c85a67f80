package dev.lifeboat.platform.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.correlation.RequestCorrelation.Headers;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCorrelationTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void keeps_what_the_caller_says_and_names_the_caller() {
        Correlation correlation = RequestCorrelation.of(
                new Headers("story-1", "event-1", null, TRACE), "principal/alice", Set.of("viewer"), () -> "minted");

        assertThat(correlation).isEqualTo(new Correlation("story-1", "event-1", "principal/alice", TRACE));
    }

    @Test
    void mints_what_is_missing() {
        Correlation correlation =
                RequestCorrelation.of(new Headers(null, null, null, null), null, Set.of(), () -> "minted");

        assertThat(correlation).isEqualTo(new Correlation("minted", null, "anonymous", null));
    }

    @Test
    void only_a_service_speaks_for_others() {
        Headers forBob = new Headers("story", null, "principal/bob", null);

        assertThat(RequestCorrelation.of(forBob, "service/verifier", Set.of("service"), () -> "minted")
                        .actor())
                .isEqualTo("principal/bob");
        assertThat(RequestCorrelation.of(forBob, "principal/alice", Set.of("operator"), () -> "minted")
                        .actor())
                .isEqualTo("principal/alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "line\nbreak", "{\"json\":1}", "é", "-rf"})
    void what_would_spoil_a_log_line_is_not_kept(String cruel) {
        Correlation correlation = RequestCorrelation.of(
                new Headers(cruel, cruel, cruel, cruel), "service/x", Set.of("service"), () -> "minted");

        assertThat(correlation).isEqualTo(new Correlation("minted", null, "service/x", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "4bf92f3577b34da6a3ce929d0e0e4736"
            })
    void a_trace_that_is_none_is_not_kept(String trace) {
        assertThat(RequestCorrelation.of(new Headers(null, null, null, trace), null, Set.of(), () -> "minted")
                        .traceparent())
                .isNull();
    }
}
