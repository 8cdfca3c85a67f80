package dev.lifeboat.restore.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrillRequestTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aFullRequestIsRead() throws Exception {
        DrillRequest request = read(
                """
                {"cluster": "shop", "kind": "restore-test", "method": "dump", "repository": "west",
                 "backupId": "0193a1c2-7d00-7b3a-8c11-3f5a9be0d101", "target": {"type": "latest"}, "keep": "PT1H"}
                """);

        assertThat(request)
                .isEqualTo(new DrillRequest(
                        "shop",
                        "restore-test",
                        "dump",
                        "west",
                        UUID.fromString("0193a1c2-7d00-7b3a-8c11-3f5a9be0d101"),
                        Target.latest(),
                        Duration.ofHours(1)));
    }

    @Test
    void aShortRequestHasDefaults() throws Exception {
        assertThat(read("{\"cluster\": \"shop\", \"method\": \"pgbackrest\"}"))
                .isEqualTo(new DrillRequest("shop", "restore-test", "pgbackrest", null, null, Target.latest(), null));
    }

    @Test
    void aPointInTimeMayBeAnyTarget() throws Exception {
        assertThat(read("{\"cluster\":\"shop\",\"kind\":\"point-in-time\",\"method\":\"pgbackrest\","
                                + "\"target\":{\"type\":\"lsn\",\"value\":\"0/3000110\",\"inclusive\":false,\"timeline\":2}}")
                        .target())
                .isEqualTo(new Target("lsn", "0/3000110", false, 2, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    []                                                                 | :document.no-object
                    {}                                                                 | /cluster:field.missing /method:field.missing
                    {"cluster":"shop","method": "snapshot"}                             | /method:field.value
                    {"cluster":"shop","method":"dump","kind":"region-loss"}            | /kind:field.value
                    {"cluster":7,"method":"dump"}                                      | /cluster:field.type
                    {"cluster":" ","method":"dump"}                                    | /cluster:field.type
                    {"cluster":"shop","method":"dump","colour":"red","a/b":1}          | /colour:field.unknown /a~1b:field.unknown
                    {"cluster":"shop","method":"dump","backupId":"latest"}             | /backupId:field.value
                    {"cluster":"shop","method":"dump","target":{"type":"time"}}        | /target/type:field.value
                    {"cluster":"shop","method":"dump","target":{"type":"latest","x":1}} | /target/x:field.unknown
                    {"cluster":"shop","method":"dump","target":"latest"}               | /target:field.type
                    {"cluster":"shop","method":"dump","keep":"1 hour"}                 | /keep:field.value
                    {"cluster":"shop","method":"dump","keep":"PT0S"}                   | /keep:field.value
                    {"cluster":"shop","method":"dump","keep":"P8D"}                    | /keep:field.value
                    {"cluster":"shop","method":"dump","kind":"point-in-time"}          | /method:method.no-wal
                    {"cluster":"shop","method":"dump","kind":"point-in-time","target":{"type":"time","value":"x"},"keep":"x"} | /method:method.no-wal /target/value:field.value /keep:field.value
                    {"cluster":"shop","method":"pgbackrest","kind":"point-in-time","target":{"type":"xid","value":"2","seed":1}} | /target/value:field.value /target/seed:field.not-applicable
                    {"cluster":"shop","method":"tar","keep":"x","backupId":"y"}        | /method:field.value /backupId:field.value /keep:field.value
                    """)
    void everyMistakeIsNamedAtOnce(String body, String expected) {
        assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.violations())
                    .extracting(DrillRequestTest::shown)
                    .containsExactlyElementsOf(Arrays.asList(expected.split(" ")));
        });
    }

    private static String shown(Violation violation) {
        return violation.pointer() + ":" + violation.code();
    }

    private static DrillRequest read(String body) throws Exception {
        return DrillRequest.read(JSON.readTree(body));
    }
}
