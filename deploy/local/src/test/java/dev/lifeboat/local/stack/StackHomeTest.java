package dev.lifeboat.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StackHomeTest {
    private static final Path CHECKOUT = Path.of("/src/lifeboat");

    @Test
    void aStackLivesInItsCheckoutUnlessTheEnvironmentSaysOtherwise() {
        assertThat(StackHome.of(Map.of(), CHECKOUT).root()).isEqualTo(Path.of("/src/lifeboat/.lifeboat"));
        assertThat(StackHome.of(Map.of("LIFEBOAT_HOME", "/srv/../srv/lb"), CHECKOUT)
                        .root())
                .isEqualTo(Path.of("/srv/lb"));
    }

    @Test
    void dataLiesBelowTheHomeWhereThatCanBe() {
        assertThat(new StackHome(Path.of("/srv/lb")).chooseData(folder -> true)).isEqualTo(Path.of("/srv/lb/data"));
    }

    @Test
    void dataLiesElsewhereWherePostgresCannotEnter() {
        StackHome home = new StackHome(Path.of("/root/lb"));

        Path data = home.chooseData(folder -> false);

        assertThat(data.toString()).matches("/var/tmp/lifeboat-[0-9a-f]{12}");
        assertThat(new StackHome(Path.of("/root/lb")).chooseData(folder -> false))
                .as("the same home, the same folder")
                .isEqualTo(data);
        assertThat(new StackHome(Path.of("/root/lc")).chooseData(folder -> false))
                .isNotEqualTo(data);
    }

    @Test
    void dataLiesElsewhereWhereASocketsPathWouldBeTooLong() {
        assertThat(new StackHome(Path.of("/srv/" + "x".repeat(70))).chooseData(folder -> true))
                .hasParentRaw(Path.of("/var/tmp"));
    }
}
