package dev.lifeboat.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.schemas.fleet.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryTargetsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"latest\"}",
                "{\"type\":\"latest\",\"timeline\":2}",
                "{\"type\":\"time\",\"value\":\"2026-11-20T10:15:00Z\"}",
                "{\"type\":\"time\",\"value\":\"2026-11-20T10:15:00.123456+05:30\",\"inclusive\":false}",
                "{\"type\":\"lsn\",\"value\":\"16/B374D848\",\"timeline\":1}",
                "{\"type\":\"xid\",\"value\":\"733\",\"inclusive\":true}",
                "{\"type\":\"xid\",\"value\":\"8589935325\"}",
                "{\"type\":\"name\",\"value\":\"before the migration\"}",
                "{\"type\":\"random\",\"seed\":42,\"inclusive\":true}",
                "{\"type\":\"random\",\"seed\":null}"
            })
    void whatIsRightIsTaken(String target) throws Exception {
        assertThat(RecoveryTargets.mistakes("/target", JSON.readTree(target))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "latest"                                                  | /target:field.type
                    {}                                                        | /target/type:field.missing
                    {"type":7}                                                | /target/type:field.value
                    {"type":"yesterday"}                                      | /target/type:field.value
                    {"type":"latest","value":"x"}                             | /target/value:field.value
                    {"type":"latest","inclusive":true}                        | /target/inclusive:field.not-applicable
                    {"type":"time"}                                           | /target/value:field.missing
                    {"type":"time","value":1763719200}                        | /target/value:field.type
                    {"type":"time","value":"2026-11-20T10:15:00"}             | /target/value:field.value
                    {"type":"time","value":"2026-11-20 10:15:00Z"}            | /target/value:field.value
                    {"type":"time","value":"2026-02-30T10:15:00Z"}            | /target/value:field.value
                    {"type":"time","value":"1970-01-01T00:00:00Z"}            | /target/value:field.value
                    {"type":"lsn","value":"16B374D848"}                       | /target/value:field.value
                    {"type":"xid","value":"2"}                                | /target/value:field.value
                    {"type":"xid","value":"4294967297"}                       | /target/value:field.value
                    {"type":"xid","value":"-5"}                               | /target/value:field.value
                    {"type":"name","value":" "}                               | /target/value:field.value
                    {"type":"name","value":"0123456789012345678901234567890123456789012345678901234567890123"} | /target/value:field.value
                    {"type":"name","value":"x","inclusive":false}             | /target/inclusive:field.not-applicable
                    {"type":"random","value":"now"}                           | /target/value:field.value
                    {"type":"random","seed":-1}                               | /target/seed:field.value
                    {"type":"random","seed":1.5}                              | /target/seed:field.value
                    {"type":"time","value":"2026-11-20T10:15:00Z","seed":1}   | /target/seed:field.not-applicable
                    {"type":"latest","timeline":0}                            | /target/timeline:field.value
                    {"type":"latest","timeline":"latest"}                     | /target/timeline:field.value
                    {"type":"xid","value":"x","inclusive":"no","timeline":-1,"colour":"red"} | /target/colour:field.unknown /target/value:field.value /target/inclusive:field.type /target/timeline:field.value
                    """)
    void everyMistakeIsNamedAtOnce(String target, String expected) throws Exception {
        List<String> found = RecoveryTargets.mistakes("/target", JSON.readTree(target)).stream()
                .map(violation -> violation.pointer() + ":" + violation.code())
                .toList();

        assertThat(found).containsExactlyElementsOf(Arrays.asList(expected.split(" ")));
    }

    @Test
    void itIsReadAsItWasWritten() throws Exception {
        assertThat(RecoveryTargets.read(
                        JSON.readTree("{\"type\":\"lsn\",\"value\":\"0/3000110\",\"inclusive\":false,\"timeline\":2}")))
                .isEqualTo(new Target("lsn", "0/3000110", false, 2, null));
        assertThat(RecoveryTargets.read(JSON.readTree("{\"type\":\"random\",\"seed\":42}")))
                .isEqualTo(new Target("random", null, null, null, 42L));
        assertThat(RecoveryTargets.read(JSON.readTree("{\"type\":\"latest\"}"))).isEqualTo(Target.latest());
    }
}
