package dev.lifeboat.restore.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.schemas.Failure;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecoveryStateTest {
    private static final Failure WHY = new Failure("code", "message", null, null, null);
    private static final Instant LATER = Instant.parse("2026-11-21T08:00:00Z");

    static Stream<RecoveryState> states() {
        var requested = new RecoveryState.Requested();
        var planning = requested.toPlanning();
        var provisioning = planning.toProvisioning();
        var restoring = provisioning.toRestoring();
        var replaying = restoring.toReplaying();
        var verifying = replaying.toVerifying();
        var held = verifying.toHeld(LATER);
        return Stream.of(
                requested,
                planning,
                provisioning,
                restoring,
                replaying,
                verifying,
                held,
                held.toTearingDown(new Outcome.CarriedOut(null)),
                held.toTearingDown(new Outcome.CarriedOut(null)).toEnded(),
                planning.toTearingDown(new Outcome.NotCarriedOut(WHY)).toEnded(),
                requested.toTearingDown(new Outcome.CalledOff(WHY)).toEnded());
    }

    @ParameterizedTest
    @MethodSource("states")
    void eachStateIsReadBackFromItsRow(RecoveryState state) {
        Outcome outcome =
                switch (state) {
                    case RecoveryState.Underway underway -> null;
                    case RecoveryState.TearingDown down -> down.outcome();
                    case RecoveryState.Ended ended -> ended.outcome();
                };

        assertThat(RecoveryState.of(state.name(), state.attempt(), outcome, LATER))
                .isEqualTo(state);
    }

    @Test
    void whatWasInterruptedBeginsAgainAsTheNextAttempt() {
        var verifying = new RecoveryState.Verifying(2);

        assertThat(verifying.beginAgain()).isEqualTo(new RecoveryState.Planning(3));
    }

    @Test
    void aFailureCarriesItsCause() {
        assertThatThrownBy(() -> new Outcome.NotCarriedOut(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new Outcome.CalledOff(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void noStateHasAnotherName() {
        assertThatThrownBy(() -> RecoveryState.of("done", 1, null, null)).hasMessageContaining("\"done\"");
    }

    @Test
    void anOutcomeIsReadBackFromJson() throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (Outcome outcome : new Outcome[] {
            new Outcome.CarriedOut(null),
            new Outcome.CarriedOut(WHY),
            new Outcome.NotCarriedOut(WHY),
            new Outcome.CalledOff(WHY)
        }) {
            assertThat(json.readValue(json.writeValueAsString(outcome), Outcome.class))
                    .isEqualTo(outcome);
        }
    }
}
