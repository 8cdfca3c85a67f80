package dev.lifeboat.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

class KafkaRulesTest {
    /** The table of docs/contracts.md. */
    private static final Map<String, Set<String>> WRITERS = Map.of(
            "lifeboat.fleet", Set.of("backup-service"),
            "lifeboat.backups", Set.of("backup-service"),
            "lifeboat.wal", Set.of("backup-service"),
            "lifeboat.recoveries", Set.of("restore-service"),
            "lifeboat.verifications", Set.of("verifier"),
            "lifeboat.findings", Set.of("verifier"),
            "lifeboat.audit", Set.of("backup-service", "restore-service", "verifier"),
            "lifeboat.dead-letters", Set.of("backup-service", "restore-service", "verifier"));

    @Test
    void whoWritesATopicIsWhatTheContractSays() {
        Map<String, Set<String>> granted = KafkaRules.rules().stream()
                .filter(rule -> rule.entry().operation() == AclOperation.WRITE
                        && rule.pattern().name().startsWith("lifeboat."))
                .collect(Collectors.groupingBy(
                        rule -> rule.pattern().name(),
                        Collectors.mapping(rule -> rule.entry().principal().replace("User:", ""), Collectors.toSet())));

        assertThat(granted).isEqualTo(WRITERS);
    }

    @Test
    void nobodyIsGrantedEverything() {
        assertThat(KafkaRules.rules())
                .noneMatch(rule -> rule.entry().operation() == AclOperation.ALL)
                .noneMatch(rule -> rule.entry().principal().equals("User:*"))
                .noneMatch(rule -> rule.pattern().name().equals("*"));
    }
}
