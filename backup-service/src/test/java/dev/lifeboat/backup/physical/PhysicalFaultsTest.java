package dev.lifeboat.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.store.StoreFault;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may pass, and what somebody has to mend. */
class PhysicalFaultsTest {
    static Stream<Arguments> faults() {
        Failure lost = new Failure("replication.connection-lost", "Broke.", null, null, null);
        Failure hba = new Failure("replication.hba-entry-missing", "No entry.", null, null, null);
        return Stream.of(
                Arguments.of(PhysicalFailure.notAsSent("a", "b", null), "physical.manifest-mismatch", true),
                Arguments.of(
                        new PostgresException("x", new PostgresFault(true, lost), null),
                        "replication.connection-lost",
                        true),
                Arguments.of(
                        new PostgresException("x", new PostgresFault(false, hba), null),
                        "replication.hba-entry-missing",
                        false),
                Arguments.of(new SQLException("no", "28P01"), "postgres.password-wrong", false),
                Arguments.of(
                        new StoreException("x", StoreFault.classify(new ConnectException("refused")), null),
                        "store.unreachable",
                        true),
                Arguments.of(
                        new UncheckedIOException("x", new IOException("No space left on device")),
                        "physical.work-folder",
                        true),
                Arguments.of(
                        new UncheckedIOException("x", new InterruptedIOException("x")), "physical.interrupted", true),
                Arguments.of(new InterruptedException(), "physical.interrupted", true),
                Arguments.of(new IllegalStateException("?"), "physical.unexpected", false));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("faults")
    void eachIsOneFailure(Throwable thrown, String code, boolean retryable) {
        PhysicalFailure failure = PhysicalFaults.classify(thrown);

        assertThat(failure.failure().code()).isEqualTo(code);
        assertThat(failure.retryable()).isEqualTo(retryable);
    }

    @Test
    void whatMayPassIsTriedAgainUntilItWasTriedOften() {
        PhysicalFailure passing = PhysicalFailure.notAsSent("a", "b", null);

        assertThat(PhysicalFaults.step(passing, 1, 3))
                .isEqualTo(new Step.RetryAfter(Duration.ofSeconds(2), passing.failure()));
        assertThat(PhysicalFaults.step(passing, 30, 99))
                .isEqualTo(new Step.RetryAfter(Duration.ofMinutes(1), passing.failure()));
        assertThat(PhysicalFaults.step(passing, 3, 3)).isEqualTo(new Step.Failed(passing.failure()));
    }
}
