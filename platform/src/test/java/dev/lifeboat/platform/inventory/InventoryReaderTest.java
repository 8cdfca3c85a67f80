package dev.lifeboat.platform.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided without a server. */
class InventoryReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc | x86_64",
                "PostgreSQL 17.2 on aarch64-unknown-linux-gnu, compiled by gcc, 64-bit | aarch64",
                "PostgreSQL 16.4, compiled by Visual C++ build 1940, 64-bit |"
            })
    void theArchitectureIsInWhatTheServerSays(String version, String architecture) {
        assertThat(InventoryReader.architecture(version)).isEqualTo(architecture);
    }

    @ParameterizedTest
    @CsvSource({
        "r, p, , false, false",
        "r, u, , false, true",
        "m, p, , false, true",
        "f, p, , false, true",
        "r, p, postgis, false, true",
        "r, p, postgis, true, false",
        "r, u, postgis, true, true"
    })
    void whatIsLeftOutOfEquality(
            String kind, String persistence, String extension, boolean configuration, boolean excluded) {
        assertThat(FingerprintReader.exclusion(kind, persistence, extension, configuration) != null)
                .isEqualTo(excluded);
    }

    @Test
    void sumsAreShownAsTwosComplementOf128Bits() {
        assertThat(FingerprintReader.hex(BigInteger.ONE, BigInteger.ONE.negate()))
                .isEqualTo("0".repeat(31) + "1" + "f".repeat(32));
        assertThat(FingerprintReader.hex(BigInteger.ONE.shiftLeft(128), BigInteger.ZERO))
                .isEqualTo("0".repeat(64));
    }
}
