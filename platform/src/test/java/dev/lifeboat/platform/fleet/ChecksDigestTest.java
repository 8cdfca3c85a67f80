package dev.lifeboat.platform.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.fleet.CheckSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksDigestTest {
    private static final CheckSpec ORPHANS = new CheckSpec("orphans", "shop", "select 0", "0", null);
    private static final CheckSpec TOTAL = new CheckSpec("total", "shop", "select 1", "1", false);

    @Test
    void itIsWhatEarlierVersionsSaid() {
        assertThat(ChecksDigest.of(null)).isEqualTo(ChecksDigest.of(List.of()));
        assertThat(ChecksDigest.of(List.of()))
                .isEqualTo("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
        assertThat(ChecksDigest.of(List.of(ORPHANS)))
                .isEqualTo("0222ab9eef6ae41acec03d94a604240b903f06220b1e777ebbc385693abefbc0");
    }

    @Test
    void orderDoesNotMatterAndRequiredIsTheDefault() {
        CheckSpec spelledOut = new CheckSpec("orphans", "shop", "select 0", "0", true);

        assertThat(ChecksDigest.of(List.of(ORPHANS, TOTAL))).isEqualTo(ChecksDigest.of(List.of(TOTAL, spelledOut)));
    }

    @Test
    void anythingThatChangesWhatIsCheckedChangesIt() {
        String digest = ChecksDigest.of(List.of(ORPHANS));

        assertThat(List.of(
                        new CheckSpec("orphan", "shop", "select 0", "0", null),
                        new CheckSpec("orphans", "other", "select 0", "0", null),
                        new CheckSpec("orphans", "shop", "select 1", "0", null),
                        new CheckSpec("orphans", "shop", "select 0", "1", null),
                        new CheckSpec("orphans", "shop", "select 0", "0", false)))
                .allSatisfy(other -> assertThat(ChecksDigest.of(List.of(other))).isNotEqualTo(digest));
    }
}
