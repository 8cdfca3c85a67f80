package dev.lifeboat.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.local.LocalStackException;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortPlanTest {
    @Test
    void nothingSaidMeansTheDocumentedPorts() {
        PortPlan plan = PortPlan.of(Map.of(), Map.of());

        assertThat(plan.port(PartName.BACKUP)).isEqualTo(8081);
        assertThat(plan.port(PartName.RESTORE)).isEqualTo(8082);
        assertThat(plan.port(PartName.VERIFIER)).isEqualTo(8083);
        assertThat(new HashSet<>(plan.ports().values())).hasSize(PartName.values().length);
    }

    @Test
    void aBaseMovesAllAndKeepsThemApart() {
        PortPlan plan = PortPlan.of(Map.of("LIFEBOAT_PORT_BASE", "21000"), Map.of());

        assertThat(plan.ports().values()).allMatch(port -> port > 21000 && port <= 21009);
        assertThat(new HashSet<>(plan.ports().values())).hasSize(PartName.values().length);
    }

    @Test
    void aPartsOwnPortWinsOverTheBaseAndTheBaseOverWhatWas() {
        PortPlan plan = PortPlan.of(
                Map.of("LIFEBOAT_PORT_BASE", "21000", "LIFEBOAT_PORT_KAFKA", "9999"),
                Map.of(PartName.KAFKA, 1111, PartName.BACKUP, 2222));

        assertThat(plan.port(PartName.KAFKA)).isEqualTo(9999);
        assertThat(plan.port(PartName.BACKUP)).isEqualTo(21001);
    }

    @Test
    void aMovedStackIsFoundWhereItWas() {
        PortPlan plan = PortPlan.of(Map.of(), Map.of(PartName.KAFKA, 1111));

        assertThat(plan.port(PartName.KAFKA)).isEqualTo(1111);
        assertThat(plan.port(PartName.BACKUP)).isEqualTo(8081);
    }

    @Test
    void allMistakesComeAtOnce() {
        Map<String, String> environment = Map.of(
                "LIFEBOAT_PORT_BASE", "many",
                "LIFEBOAT_PORT_KAFKA", "80",
                "LIFEBOAT_PORT_S3_EAST", "70000",
                "LIFEBOAT_PORT_BACKUP", "8082");

        assertThatThrownBy(() -> PortPlan.of(environment, Map.of()))
                .isInstanceOfSatisfying(LocalStackException.class, e -> assertThat(e.found())
                        .contains(
                                "LIFEBOAT_PORT_BASE=many",
                                "LIFEBOAT_PORT_KAFKA=80",
                                "LIFEBOAT_PORT_S3_EAST=70000",
                                "backup-service and restore-service both on port 8082"));
    }
}
