package dev.lifeboat.platform.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.operations.OperationHandler.Ending;
import dev.lifeboat.platform.operations.RunOutcome.Facts;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunOutcomeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Failure FAILURE = new Failure("x.y", "It broke.", null, null, null);
    private static final Duration LATER = Duration.ofMinutes(1);

    private static final Facts OURS = new Facts(false, false, null, null, NOW);
    private static final Facts LOST = new Facts(true, false, null, null, NOW);
    private static final Facts STOPPING = new Facts(false, true, null, null, NOW);
    private static final Facts CANCELLED = new Facts(false, false, "principal/bob", null, NOW);
    private static final Facts OVERDUE = new Facts(false, false, null, NOW, NOW);
    private static final Facts BOTH = new Facts(false, false, "principal/bob", NOW, NOW);

    static Stream<Arguments> steps() {
        return Stream.of(
                Arguments.of(Step.done(), OURS, "done"),
                Arguments.of(Step.done(), LOST, "lost"),
                // What is done is done, whoever wanted it otherwise meanwhile.
                Arguments.of(Step.done(), STOPPING, "done"),
                Arguments.of(Step.done(), CANCELLED, "done"),
                Arguments.of(new Step.Failed(FAILURE), OURS, "FAILED x.y"),
                Arguments.of(new Step.Failed(FAILURE), STOPPING, "FAILED x.y"),
                Arguments.of(new Step.Failed(FAILURE), LOST, "lost"),
                Arguments.of(new Step.RetryAfter(LATER, FAILURE), OURS, "again PT1M as the next attempt"),
                Arguments.of(new Step.RetryAfter(LATER, null), OURS, "again PT1M as the same attempt"),
                Arguments.of(Step.waitFor(LATER), LOST, "lost"));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void after_a_handler_returned(Step step, Facts facts, String expected) {
        assertThat(text(RunOutcome.of(step, facts))).isEqualTo(expected);
    }

    static Stream<Arguments> throwables() {
        return Stream.of(
                Arguments.of(new IllegalStateException(), OURS, "FAILED x.y"),
                Arguments.of(new IllegalStateException(), LOST, "lost"),
                Arguments.of(new InterruptedException(), STOPPING, "again PT0S as the same attempt"),
                Arguments.of(new LeaseLost("stopping"), STOPPING, "again PT0S as the same attempt"),
                Arguments.of(new LeaseLost("lost"), LOST, "lost"),
                Arguments.of(new LeaseLost("for itself"), OURS, "lost"),
                Arguments.of(new CancelRequested("c"), CANCELLED, "CANCELLED operation.cancelled"),
                Arguments.of(new CancelRequested("c"), OVERDUE, "DEADLINE operation.deadline"),
                Arguments.of(new CancelRequested("c"), BOTH, "CANCELLED operation.cancelled"),
                Arguments.of(new CancelRequested("c"), OURS, "CANCELLED operation.cancelled"),
                Arguments.of(new CancelRequested("c"), LOST, "lost"),
                // A teardown that fails while cancelling is for the handler to judge.
                Arguments.of(new IllegalStateException(), CANCELLED, "FAILED x.y"));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void after_a_handler_threw(Throwable thrown, Facts facts, String expected) {
        assertThat(text(RunOutcome.of(thrown, facts, cause -> new Step.Failed(FAILURE))))
                .isEqualTo(expected);
    }

    private static String text(RunOutcome outcome) {
        return switch (outcome) {
            case RunOutcome.Done done -> "done";
            case RunOutcome.Lost lost -> "lost";
            case RunOutcome.Ended(Ending ending, Failure failure) -> ending + " " + failure.code();
            case RunOutcome.Again(Duration delay, Failure cause, boolean resuming) ->
                "again " + delay + " as the " + (resuming ? "same" : "next") + " attempt";
        };
    }
}
