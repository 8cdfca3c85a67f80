package dev.lifeboat.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be asked for. */
class BackupWishTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BackupPolicy NIGHTLY = new BackupPolicy(
            "nightly", "dump", null, List.of("shop"), "directory", 2, "off", "0 3 * * *", "UTC", null, null, null);
    private static final BackupPolicy SOUTH =
            new BackupPolicy("south", "pgbackrest", "full", null, null, 1, null, null, null, null, null, null, "south");
    private static final ClusterSpec SHOP = new ClusterSpec(
            "shop", null, null, null, List.of("east", "west", "south"), null, List.of(NIGHTLY, SOUTH), null, null);

    @Test
    void aDeclaredPolicyIsTakenAsItIs() throws Exception {
        assertThat(read("{\"policy\":\"nightly\"}")).isEqualTo(NIGHTLY);
    }

    @Test
    void aMethodWithItsDefaults() throws Exception {
        assertThat(read("{\"method\":\"dump\"}"))
                .isEqualTo(new BackupPolicy(
                        null, "dump", null, List.of(), "custom", 1, "full", null, null, null, null, null));
        assertThat(read("{\"method\":\"pgbackrest\",\"jobs\":4}"))
                .isEqualTo(new BackupPolicy(
                        null, "pgbackrest", "full", null, null, 4, null, null, null, null, null, null));
        assertThat(read("{\"method\":\"dump\",\"databases\":[\"a b\"],\"format\":\"directory\",\"jobs\":2,"
                        + "\"fingerprint\":\"sample\",\"type\":null}"))
                .isEqualTo(new BackupPolicy(
                        null, "dump", null, List.of("a b"), "directory", 2, "sample", null, null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /method field.missing",
                "[] | root field.type",
                "{\"method\":\"magic\"} | /method field.value",
                "{\"method\":7} | /method field.value",
                "{\"method\":\"dump\",\"jobs\":2} | /jobs field.not-applicable",
                "{\"method\":\"dump\",\"jobs\":0} | /jobs field.value",
                "{\"method\":\"dump\",\"jobs\":65,\"format\":\"directory\"} | /jobs field.value",
                "{\"method\":\"dump\",\"jobs\":1.5} | /jobs field.value",
                "{\"method\":\"dump\",\"type\":\"full\"} | /type field.not-applicable",
                "{\"method\":\"dump\",\"databases\":\"shop\"} | /databases field.value",
                "{\"method\":\"dump\",\"databases\":[\"\"]} | /databases/0 field.value",
                "{\"method\":\"dump\",\"databases\":[\"a\",\"a\"]} | /databases/1 name.duplicate",
                "{\"method\":\"pgbackrest\",\"format\":\"custom\"} | /format field.not-applicable",
                "{\"method\":\"dump\",\"repository\":\"north\"} | /repository field.value",
                "{\"method\":\"pgbackrest\",\"repository\":\"west\"} | /repository backup.repository-without-wal",
                "{\"method\":\"physical\",\"type\":\"full\"} | /type field.not-applicable",
                "{\"method\":\"physical\",\"jobs\":2} | /jobs field.not-applicable",
                "{\"method\":\"physical\",\"maxRate\":31} | /maxRate field.value",
                "{\"method\":\"physical\",\"repository\":\"west\"} | /repository backup.repository-without-wal",
                "{\"method\":\"dump\",\"maxRate\":32} | /maxRate field.not-applicable",
                "{\"method\":\"pgbackrest\",\"checkpoint\":\"fast\"} | /checkpoint field.not-applicable",
                "{\"policy\":\"weekly\"} | /policy backup.policy-unknown",
                "{\"policy\":\"nightly\",\"jobs\":1} | /jobs field.not-applicable",
                "{\"method\":\"dump\",\"name\":\"x\"} | /name field.unknown",
            })
    void aMistakeIsNamedWithItsPlace(String body, String expected) throws Exception {
        assertThat(mistakes(body)).containsExactly(expected.replace("root", "").strip());
    }

    @Test
    void aPhysicalBackupNeedsWal() throws Exception {
        assertThat(read("{\"method\":\"physical\",\"maxRate\":65536}"))
                .isEqualTo(new BackupPolicy(
                        null,
                        "physical",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        65536,
                        "fast"));
        Problem problem = catchThrowableOfType(
                Problem.class,
                () -> BackupWish.read(
                        JSON.readTree("{\"method\":\"physical\"}"), without("none"), Set.of("dump", "physical")));
        assertThat(problem.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo("/method");
            assertThat(violation.code()).isEqualTo("wal.needed");
        });
        assertThat(BackupWish.read(JSON.readTree("{\"method\":\"physical\"}"), without("stream"), Set.of("physical"))
                        .checkpoint())
                .isEqualTo("fast");
    }

    private static ClusterSpec without(String walMode) {
        return new ClusterSpec(
                "shop",
                null,
                null,
                null,
                List.of("east", "west"),
                new ClusterSpec.WalSpec(walMode, null, null),
                List.of(),
                null,
                null);
    }

    @Test
    void aRepositoryThatTakesIt() throws Exception {
        assertThat(read("{\"method\":\"dump\",\"repository\":\"west\"}").repository())
                .isEqualTo("west");
        assertThat(read("{\"method\":\"pgbackrest\",\"repository\":\"east\"}").repository())
                .isEqualTo("east");
        assertThat(read("{\"method\":\"pgbackrest\",\"repository\":\"south\"}").repository())
                .isEqualTo("south");
        assertThat(BackupRepositories.archived(SHOP)).containsExactly("east", "south");
        assertThat(BackupRepositories.of(SHOP, NIGHTLY)).isEqualTo("east");
    }

    @Test
    void allMistakesAtOnce() throws Exception {
        assertThat(mistakes("{\"methods\":\"dump\",\"method\":\"dump\",\"format\":\"zip\",\"fingerprint\":\"no\"}"))
                .containsExactly("/methods field.unknown", "/format field.value", "/fingerprint field.value");
    }

    private static BackupPolicy read(String body) throws Exception {
        return BackupWish.read(JSON.readTree(body), SHOP, Set.of("dump", "physical", "pgbackrest"));
    }

    private static List<String> mistakes(String body) {
        Problem problem = catchThrowableOfType(Problem.class, () -> read(body));
        assertThat(problem.status()).isEqualTo(400);
        return problem.violations().stream()
                .map((Violation violation) -> (violation.pointer() + " " + violation.code()).strip())
                .toList();
    }
}
