package dev.lifeboat.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What others read of a stack, and what its services are told. */
class StackFileTest {
    private static final StackPlan PLAN = new StackPlan(
            new StackHome(Path.of("/srv/lb")),
            StackState.of(Path.of("/srv/lb/data"), PortPlan.of(Map.of(), Map.of()), Optional.empty()),
            Path.of("/src/lifeboat"));

    @Test
    void stackFileHasTheKeysThatOthersReadItFor() {
        JsonNode stack = StackFile.document(PLAN, Map.of(PartName.KAFKA, new ProcessIdentity(42, 4711, "this-boot")));

        assertThat(names(stack))
                .contains("services", "tokens", "repositories", "kafka", "postgres", "processes", "secretsDirectory");
        assertThat(stack.at("/services/backup/url").asText()).isEqualTo("http://127.0.0.1:8081");
        assertThat(stack.at("/services/restore/url").asText()).isEqualTo("http://127.0.0.1:8082");
        assertThat(stack.at("/services/verifier/url").asText()).isEqualTo("http://127.0.0.1:8083");
        assertThat(names(stack.get("tokens"))).containsExactly("viewer", "operator", "approver", "auditor");
        assertThat(names(stack.get("repositories"))).containsExactly("east", "west");
        assertThat(names(stack.at("/repositories/east")))
                .contains("endpoint", "region", "bucket", "accessKey", "secretKey", "caFile", "directory");
        assertThat(stack.at("/kafka/bootstrapServers").asText()).isEqualTo("127.0.0.1:19092");
        assertThat(names(stack.at("/postgres/lifeboat"))).contains("host", "port", "user", "password", "dataDirectory");
        assertThat(stack.at("/processes/kafka/pid").asLong()).isEqualTo(42);
        assertThat(stack.at("/secretsDirectory").asText()).isEqualTo("/srv/lb/secrets");
    }

    @Test
    void principalsHaveRolesAndDigestsButNoTokens() throws Exception {
        String document = Principals.document(PLAN.state()::token);

        JsonNode principals = new ObjectMapper().readTree(document).get("principals");
        assertThat(principals)
                .extracting(
                        principal -> principal.get("name").asText(),
                        principal -> principal.get("roles").toString())
                .contains(
                        org.assertj.core.groups.Tuple.tuple("principal/operator", "[\"operator\",\"viewer\"]"),
                        org.assertj.core.groups.Tuple.tuple("principal/approver", "[\"approver\",\"viewer\"]"),
                        org.assertj.core.groups.Tuple.tuple("principal/verifier", "[\"service\"]"));
        assertThat(document)
                .contains(Principals.sha256(PLAN.state().token("operator")))
                .doesNotContain(PLAN.state().token("operator"));
        assertThat(Principals.sha256("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void aServiceIsToldOfItsOwnDatabaseAndPrincipalAlone() {
        Map<String, String> environment = ServiceEnvironment.of(PLAN, PartName.RESTORE);

        assertThat(environment)
                .containsEntry("QUARKUS_HTTP_PORT", "8082")
                .containsEntry("QUARKUS_HTTP_HOST", "127.0.0.1")
                .containsEntry("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:15432/lifeboat_restore")
                .containsEntry("QUARKUS_DATASOURCE_USERNAME", "lifeboat_restore")
                .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092")
                .containsEntry("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
                .containsEntry("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512")
                .containsEntry("LIFEBOAT_KAFKA_USERNAME", "restore-service")
                .containsEntry("LIFEBOAT_PRINCIPALS_FILE", "/srv/lb/principals.json")
                .containsEntry("LIFEBOAT_SERVICE_TOKEN_FILE", "/srv/lb/tokens/restore-service")
                .containsEntry("LIFEBOAT_SECRETS_DIRECTORY", "/srv/lb/secrets")
                .containsEntry("LIFEBOAT_WORK_DIRECTORY", "/srv/lb/data/restore-service/work")
                .containsEntry("LIFEBOAT_SERVICES_BACKUP_URL", "http://127.0.0.1:8081")
                .doesNotContainKey("LIFEBOAT_LEDGER_KEY_DIRECTORY");
        assertThat(environment.get("KAFKA_SASL_JAAS_CONFIG")).contains("username=\"restore-service\"");
        assertThat(String.join(" ", environment.values()))
                .doesNotContain(PLAN.state().databasePassword("lifeboat_backup"))
                .doesNotContain(PLAN.state().kafkaPassword("verifier"))
                .doesNotContain(PLAN.state().token("operator"));
        assertThat(ServiceEnvironment.of(PLAN, PartName.VERIFIER))
                .containsEntry("LIFEBOAT_LEDGER_KEY_DIRECTORY", "/srv/lb/ledger-keys");
    }

    @Test
    void secretsStayWhatTheyWereAndNewOnesAreAdded() {
        Map<String, String> some = Map.of("token/operator", "kept");
        StackState before = new StackState(Path.of("/old"), Map.of(), some);

        StackState after = StackState.of(Path.of("/srv"), PortPlan.of(Map.of(), Map.of()), Optional.of(before));

        assertThat(after.token("operator")).isEqualTo("kept");
        assertThat(after.token("viewer")).hasSize(32).isNotEqualTo(after.token("auditor"));
    }

    @Test
    void whatIsPrintedOfAStackShowsNoSecret() {
        assertThat(PLAN.state().toString()).doesNotContain(PLAN.state().token("operator"));
        assertThat(PLAN.toString()).doesNotContain(PLAN.state().kafkaPassword("verifier"));
    }

    @Test
    void linesFoldAtWordsAndLongWordsStayWhole() {
        assertThat(Terminal.wrapped("one two three", 7)).isEqualTo(List.of("one two", "three"));
        assertThat(Terminal.wrapped("a /very/long/path/to/copy b", 10))
                .isEqualTo(List.of("a", "/very/long/path/to/copy", "b"));
    }

    private static List<String> names(JsonNode node) {
        Iterator<String> names = node.fieldNames();
        return java.util.stream.StreamSupport.stream(((Iterable<String>) () -> names).spliterator(), false)
                .toList();
    }
}
