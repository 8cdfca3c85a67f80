package dev.lifeboat.restore.pointintime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.fleet.Target;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryTargetTest {

    @ParameterizedTest
    @CsvSource({
        "time,   2026-11-21T10:00:00Z,             ,      recovery_target_time, 2026-11-21 10:00:00.000000+00, on",
        "time,   2026-11-21T10:00:00.1234567+02:00, false, recovery_target_time, 2026-11-21 08:00:00.123456+00, off",
        "random, 2026-11-21T10:00:00Z,             true,  recovery_target_time, 2026-11-21 10:00:00.000000+00, on",
        "lsn,    a/5000110,                        ,      recovery_target_lsn,  A/5000110, on",
        "xid,    8589935325,                       false, recovery_target_xid,  8589935325, off"
    })
    void theServerIsToldWhereToPause(
            String type, String value, Boolean inclusive, String setting, String told, String side) {
        Map<String, String> settings =
                RecoveryTarget.of(new Target(type, value, inclusive, 1, null)).settings();

        assertThat(settings)
                .containsOnly(
                        Map.entry(setting, told),
                        Map.entry("recovery_target_inclusive", side),
                        Map.entry("recovery_target_action", "pause"));
    }

    @Test
    void aRestorePointIsNeitherInclusiveNorExclusive() {
        assertThat(RecoveryTarget.of(Target.of("name", "before 'it'")).settings())
                .containsOnly(
                        Map.entry("recovery_target_name", "before 'it'"), Map.entry("recovery_target_action", "pause"));
    }

    @Test
    void theLatestHasNoEndAndWhatIsNotDrawnNoPlace() {
        assertThat(RecoveryTarget.of(Target.latest()).settings()).isEmpty();
        assertThatThrownBy(() -> RecoveryTarget.of(Target.of("random", null)).settings())
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"0/0, 0", "0/5000110, 83886352", "A/5000110, 43033559312"})
    void aPositionIsReadAndShown(String text, long bytes) {
        assertThat(Lsn.parse(text).value()).isEqualTo(bytes);
        assertThat(Lsn.parse(text)).hasToString(text);
        assertThat(new Lsn(-1)).isGreaterThan(Lsn.parse("7FFFFFFF/0"));
    }
}
