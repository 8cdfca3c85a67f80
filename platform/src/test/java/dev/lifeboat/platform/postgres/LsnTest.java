package dev.lifeboat.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LsnTest {
    @Test
    void readsAndPrintsAsPostgresDoes() {
        assertThat(Lsn.parse("16/B374D848").value()).isEqualTo(0x16_B374_D848L);
        assertThat(Lsn.parse("16/b374d848")).hasToString("16/B374D848");
        assertThat(Lsn.parse("0/A0")).hasToString("0/A0");
        assertThat(Lsn.parse("FFFFFFFF/FFFFFFFF")).hasToString("FFFFFFFF/FFFFFFFF");
    }

    @Test
    void comparesWithoutASign() {
        assertThat(Lsn.parse("FFFFFFFF/0")).isGreaterThan(Lsn.parse("7FFFFFFF/0"));
        assertThat(Lsn.parse("1/0").isAfter(Lsn.parse("0/FFFFFFFF"))).isTrue();
        assertThat(Lsn.parse("1/0").minus(Lsn.parse("0/FFFFFFFF"))).isEqualTo(1);
        assertThat(Lsn.max(Lsn.parse("1/0"), Lsn.NONE)).isEqualTo(Lsn.parse("1/0"));
        assertThat(Lsn.min(Lsn.parse("1/0"), Lsn.NONE)).isEqualTo(Lsn.NONE);
    }

    @Test
    void refusesOtherForms() {
        for (String text : new String[] {"", "1", "1/", "/1", "1/123456789", "g/1", "1/1 ", "-1/1"}) {
            assertThatThrownBy(() -> Lsn.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
