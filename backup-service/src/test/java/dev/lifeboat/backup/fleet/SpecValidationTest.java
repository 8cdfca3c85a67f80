package dev.lifeboat.backup.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.postgres.RecoveryTargets;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import dev.lifeboat.schemas.fleet.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidationTest {
    private static final String CLUSTER =
            """
            name: shop
            connection: {host: 127.0.0.1, port: 5432, user: lifeboat, password: {env: LIFEBOAT_SECRET_SHOP_PASSWORD}, sslMode: prefer}
            dataDirectory: /srv/pg/shop
            objectives: {rpo: PT1M, rto: PT15M}
            repositories: [east, west]
            wal: {mode: archive}
            backups:
              - {name: weekly-full, method: pgbackrest, type: full, schedule: "0 2 * * 0", timeZone: UTC, retention: {full: 4}}
              - {name: hourly,      method: pgbackrest, type: incremental, schedule: "0 * * * *"}
              - {name: nightly,     method: dump, databases: [shop], format: directory, jobs: 2, schedule: "30 3 * * *", retention: {keep: 14}}
            drills:
              - {name: nightly-proof, kind: restore-test, method: pgbackrest, target: {type: latest}, schedule: "0 5 * * *"}
            checks:
              - {name: no orphan orders, database: shop, sql: "select count(*) from orders o left join customers c using (customer_id) where c is null", expect: "0"}
            """;
    private static final String PHYSICAL =
            """
            name: shop
            connection: {host: db, user: lifeboat}
            repositories: [east, west]
            backups: [{name: base, method: physical, maxRate: 65536, retention: {keep: 3}}]
            """;
    private static final String REPOSITORY =
            """
            name: east
            type: s3
            endpoint: https://s3.eu-central-1.amazonaws.com
            region: eu-central-1
            bucket: acme-backups-east
            prefix: lifeboat/
            credentials: {accessKey: {env: LIFEBOAT_SECRET_EAST_KEY}, secretKey: {file: east-secret-key}}
            caFile: /etc/ssl/private-ca.pem
            pathStyle: true
            encryption: {passphrase: {file: east-passphrase}}
            """;

    @Test
    void theExamplesAreTakenAndDefaultsFilledIn() {
        ClusterSpec cluster = cluster(tree(CLUSTER));

        assertThat(cluster.name()).isEqualTo("shop");
        assertThat(cluster.connection())
                .isEqualTo(new ClusterSpec.Connection(
                        "127.0.0.1",
                        5432,
                        "lifeboat",
                        SecretRef.ofEnv("LIFEBOAT_SECRET_SHOP_PASSWORD"),
                        "prefer",
                        "postgres",
                        null,
                        null));
        assertThat(cluster.objectives().rto()).isEqualTo(Duration.ofMinutes(15));
        assertThat(cluster.backups())
                .containsExactly(
                        new BackupPolicy(
                                "weekly-full",
                                "pgbackrest",
                                "full",
                                null,
                                null,
                                1,
                                null,
                                "0 2 * * 0",
                                "UTC",
                                null,
                                "run-once",
                                new BackupPolicy.Retention(null, 4, null)),
                        new BackupPolicy(
                                "hourly",
                                "pgbackrest",
                                "incremental",
                                null,
                                null,
                                1,
                                null,
                                "0 * * * *",
                                "UTC",
                                null,
                                "run-once",
                                null),
                        new BackupPolicy(
                                "nightly",
                                "dump",
                                null,
                                List.of("shop"),
                                "directory",
                                2,
                                "full",
                                "30 3 * * *",
                                "UTC",
                                null,
                                "run-once",
                                new BackupPolicy.Retention(14, null, null)));
        assertThat(cluster.drills().getFirst().target()).isEqualTo(Target.latest());
        assertThat(cluster.checks().getFirst().required()).isTrue();

        RepositorySpec repository = repository(tree(REPOSITORY));
        assertThat(repository.pathStyle()).isTrue();
        assertThat(repository.credentials().secretKey()).isEqualTo(SecretRef.ofFile("east-secret-key"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{type: random}",
                "{type: random, seed: 42, timeline: 2}",
                "{type: time, value: \"2026-11-20T10:15:00+01:00\", inclusive: false}",
                "{type: lsn, value: 0/3000110}",
                "{type: name, value: before the migration}",
                "{type: latest}"
            })
    void aPointInTimeDrillIsTakenWithAnyTarget(String target) {
        ObjectNode document = tree(CLUSTER);
        put(document, "/drills/0/kind", "point-in-time");
        put(document, "/drills/0/target", target);

        assertThat(cluster(document).drills().getFirst().target())
                .isEqualTo(RecoveryTargets.read(document.at("/drills/0/target")));
    }

    @Test
    void aDumpReachesNoPointInTime() {
        ObjectNode document = tree(CLUSTER);
        put(document, "/drills/0/kind", "point-in-time");
        put(document, "/drills/0/method", "dump");

        assertThat(mistakes(() -> cluster(document))).singleElement().satisfies(mistake -> assertThat(
                        mistake.pointer() + " " + mistake.code())
                .isEqualTo("/drills/0/method method.no-wal"));
    }

    @Test
    void theLeastThatCanBeDeclaredIsTaken() {
        ClusterSpec cluster = cluster(
                tree(
                        """
                name: shop
                connection: {host: db, user: lifeboat}
                repositories: [east]
                backups: [{name: now-and-then, method: dump}]
                """));

        assertThat(cluster.wal().mode()).isEqualTo("none");
        assertThat(cluster.connection().port()).isEqualTo(5432);
        assertThat(cluster.backups().getFirst().format()).isEqualTo("custom");
        assertThat(cluster.backups().getFirst().timeZone()).isNull();
        assertThat(cluster.drills()).isEmpty();
        assertThat(cluster.checks()).isEmpty();
    }

    @Test
    void walIsArchivedWherePgBackRestNeedsIt() {
        ObjectNode document = tree(CLUSTER);
        document.remove("wal");

        assertThat(cluster(document).wal().mode()).isEqualTo("archive");
    }

    @Test
    void walIsStreamedWherePhysicalBackupsNeedItAndNobodyArchives() {
        ClusterSpec cluster = cluster(tree(PHYSICAL));

        assertThat(cluster.wal()).isEqualTo(new ClusterSpec.WalSpec("stream", "segment", Duration.ofSeconds(10)));
        assertThat(cluster.backups())
                .containsExactly(new BackupPolicy(
                        "base",
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
                        new BackupPolicy.Retention(3, null, null),
                        null,
                        65536,
                        "fast"));
    }

    @ParameterizedTest(name = "{0} = {1}: {3} at {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            /wal                     | {mode: none}                      | /wal/mode                     | wal.needed
            /wal                     | {mode: stream, maxLag: PT0.5S}    | /wal/maxLag                   | duration.out-of-bounds
            /wal                     | {mode: stream, durability: both}  | /wal/durability               | field.value
            /wal                     | {mode: archive}                   | /dataDirectory                | field.missing
            /backups/0/from          | standby                           | /backups/0/from               | policy.standby-not-available
            /backups/0/maxRate       | 31                                | /backups/0/maxRate            | field.value
            /backups/0/maxRate       | 1048577                           | /backups/0/maxRate            | field.value
            /backups/0/checkpoint    | slow                              | /backups/0/checkpoint         | field.value
            /backups/0/jobs          | 2                                 | /backups/0/jobs               | field.not-applicable
            /backups/0/type          | full                              | /backups/0/type               | field.not-applicable
            /backups/0/databases     | [shop]                            | /backups/0/databases          | field.not-applicable
            /backups/0/retention     | {full: 3}                         | /backups/0/retention/full     | retention.nonsense
            /backups/0/repository    | west                              | /backups/0/repository         | backup.repository-without-wal
            """)
    void aMistakeOfAPhysicalPolicyIsNamedWhereItIs(String field, String value, String pointer, String code) {
        ObjectNode document = tree(PHYSICAL);
        put(document, field, value);

        assertThat(mistakes(() -> cluster(document))).singleElement().satisfies(mistake -> {
            assertThat(mistake.pointer()).isEqualTo(pointer);
            assertThat(mistake.code()).isEqualTo(code);
        });
    }

    @ParameterizedTest(name = "{0} = {1}: {3} at {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
            /nmae                           | shop                        | /nmae                           | field.unknown
            /name                           | -                           | /name                           | field.missing
            /name                           | "a/b"                       | /name                           | name.malformed
            /name                           | "../etc"                    | /name                           | name.malformed
            /name                           | "a.b"                       | /name                           | name.malformed
            /name                           | "Shop"                      | /name                           | name.malformed
            /name                           | "-shop"                     | /name                           | name.malformed
            /name                           | 7                           | /name                           | field.type
            /name                           | other                       | /name                           | name.mismatch
            /connection                     | -                           | /connection                     | field.missing
            /connection                     | "postgres://h/db"           | /connection                     | field.type
            /connection/hots                | db                          | /connection/hots                | field.unknown
            /connection/host                | "/var/run/postgresql"       | /connection/host                | field.value
            /connection/host                | "a b"                       | /connection/host                | field.value
            /connection/port                | 0                           | /connection/port                | field.value
            /connection/port                | 99999999999                 | /connection/port                | field.value
            /connection/port                | "5432"                      | /connection/port                | field.type
            /connection/user                | ""                          | /connection/user                | field.value
            /connection/sslMode             | verifyfull                  | /connection/sslMode             | field.value
            /connection/caFile              | ca.pem                      | /connection/caFile              | field.value
            /connection/caFile              | /etc/ssl/ca.pem             | /connection/caFile              | field.not-applicable
            /connection/password            | hunter2                     | /connection/password            | secret.no-reference
            /connection/password            | {}                          | /connection/password            | secret.ambiguous
            /connection/password            | {env: LIFEBOAT_SECRET_A, file: b} | /connection/password      | secret.ambiguous
            /connection/password            | {vault: a}                  | /connection/password/vault      | field.unknown
            /connection/password            | {env: 7}                    | /connection/password/env        | field.type
            /connection/password            | {env: PATH}                 | /connection/password            | secret.not-allowed
            /dataDirectory                  | srv/pg                      | /dataDirectory                  | field.value
            /dataDirectory                  | /srv/../etc                 | /dataDirectory                  | field.value
            /dataDirectory                  | -                           | /dataDirectory                  | field.missing
            /objectives/rpo                 | 1m                          | /objectives/rpo                 | duration.malformed
            /objectives/rpo                 | 60                          | /objectives/rpo                 | field.type
            /objectives/rpo                 | P1M                         | /objectives/rpo                 | duration.malformed
            /objectives/rto                 | PT0S                        | /objectives/rto                 | duration.out-of-bounds
            /objectives/rto                 | -PT1S                       | /objectives/rto                 | duration.out-of-bounds
            /repositories                   | -                           | /repositories                   | field.missing
            /repositories                   | []                          | /repositories                   | field.value
            /repositories                   | east                        | /repositories                   | field.type
            /repositories                   | [east, east]                | /repositories/1                 | name.duplicate
            /repositories                   | [east, wets]                | /repositories/1                 | repository.unknown
            /repositories                   | [east, a/b]                 | /repositories/1                 | name.malformed
            /wal                            | archive                     | /wal                            | field.type
            /wal/mode                       | stream                      | /wal/mode                       | wal.archive-needed
            /wal/mode                       | strem                       | /wal/mode                       | field.value
            /wal/mode                       | none                        | /wal/mode                       | wal.archive-needed
            /wal/maxLag                     | PT10S                       | /wal/maxLag                     | field.not-applicable
            /wal/durability                 | segment                     | /wal/durability                 | field.not-applicable
            /backups/0/name                 | Weekly Full                 | /backups/0/name                 | name.malformed
            /backups/1/name                 | weekly-full                 | /backups/1                      | name.duplicate
            /backups/0/maxRate              | 65536                       | /backups/0/maxRate              | field.not-applicable
            /backups/2/checkpoint           | fast                        | /backups/2/checkpoint           | field.not-applicable
            /drills/0/method                | snapshot                    | /drills/0/method                | field.value
            /backups/0/method               | pg_basebackup               | /backups/0/method               | field.value
            /backups/0/type                 | diff                        | /backups/0/type                 | field.value
            /backups/0/databases            | [shop]                      | /backups/0/databases            | field.not-applicable
            /backups/0/fingerprint          | full                        | /backups/0/fingerprint          | field.not-applicable
            /backups/0/jobs                 | 65                          | /backups/0/jobs                 | field.value
            /backups/0/schedule             | "0 2 * *"                   | /backups/0/schedule             | cron.malformed
            /backups/0/schedule             | "0 0 2 * * 0"               | /backups/0/schedule             | cron.malformed
            /backups/0/schedule             | "@daily"                    | /backups/0/schedule             | cron.malformed
            /backups/0/schedule             | "61 2 * * 0"                | /backups/0/schedule             | cron.malformed
            /backups/0/schedule             | "0 2 30 2 *"                | /backups/0/schedule             | cron.never
            /backups/0/timeZone             | Europe/Belrin               | /backups/0/timeZone             | time-zone.unknown
            /backups/0/timeZone             | "+02:00"                    | /backups/0/timeZone             | time-zone.unknown
            /backups/0/jitter               | P2D                         | /backups/0/jitter               | duration.out-of-bounds
            /backups/0/misfire              | run-all                     | /backups/0/misfire              | field.value
            /backups/0/schedule             | -                           | /backups/0/timeZone             | field.not-applicable
            /backups/0/retention            | {}                          | /backups/0/retention            | retention.empty
            /backups/0/retention            | {full: 0}                   | /backups/0/retention/full       | field.value
            /backups/0/retention            | {keep: 3}                   | /backups/0/retention/keep       | retention.nonsense
            /backups/1/retention            | {full: 3}                   | /backups/1/retention/full       | retention.nonsense
            /backups/2/retention            | {full: 3}                   | /backups/2/retention/full       | retention.nonsense
            /backups/2/retention            | {maxAge: 14 days}           | /backups/2/retention/maxAge     | duration.malformed
            /backups/2/type                 | full                        | /backups/2/type                 | field.not-applicable
            /backups/2/format               | tar                         | /backups/2/format               | field.value
            /backups/2/format               | custom                      | /backups/2/jobs                 | field.not-applicable
            /backups/2/fingerprint          | some                        | /backups/2/fingerprint          | field.value
            /backups/2/databases            | shop                        | /backups/2/databases            | field.type
            /backups/2/databases            | ["a\\nb"]                   | /backups/2/databases/0          | field.value
            /backups/2/databases            | ["a\\0b"]                   | /backups/2/databases/0          | field.value
            /backups/2/databases            | [shop, shop]                | /backups/2/databases/1          | name.duplicate
            /markers                        | {every: PT0.5S}             | /markers/every                  | duration.out-of-bounds
            /markers                        | {enabled: yes please}       | /markers/enabled                | field.type
            /drills/0/kind                  | region-loss                 | /drills/0/kind                  | drill.kind-not-available
            /drills/0/kind                  | restore                     | /drills/0/kind                  | field.value
            /backups/0/repository           | north                       | /backups/0/repository           | repository.not-of-cluster
            /drills/0/repository            | north                       | /drills/0/repository            | repository.not-of-cluster
            /drills/0/target                | {type: random}              | /drills/0/target/type           | target.not-available
            /drills/0/target                | {type: sometime}            | /drills/0/target/type           | field.value
            /drills/0/target                | {type: latest, value: x}    | /drills/0/target/value          | field.value
            /checks/0/sql                   | "select 1; drop table t"    | /checks/0/sql                   | check.not-one-statement
            /checks/0/sql                   | "-- nothing"                | /checks/0/sql                   | check.not-one-statement
            /checks/0/expect                | -                           | /checks/0/expect                | field.missing
            /checks/0/expect                | 1.50                        | /checks/0/expect                | field.type
            /checks/0/name                  | "a\\u0007"                  | /checks/0/name                  | field.value
            /checks/0/required              | "yes"                       | /checks/0/required              | field.type
            """)
    void aMistakeIsNamedWhereItIs(String field, String value, String pointer, String code) {
        ObjectNode document = tree(CLUSTER);
        put(document, field, value);

        List<Violation> mistakes = mistakes(() -> cluster(document));

        assertThat(mistakes).anySatisfy(mistake -> {
            assertThat(mistake.pointer()).isEqualTo(pointer);
            assertThat(mistake.code()).isEqualTo(code);
        });
        assertThat(mistakes).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest(name = "{0} = {1}: {3} at {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
            /type                   | gcs                          | /type                   | field.value
            /endpoint               | http://s3.example.com        | /endpoint               | field.value
            /endpoint               | s3.example.com               | /endpoint               | field.value
            /endpoint               | "https://u:p@s3.example.com" | /endpoint               | field.value
            /endpoint               | https://s3.example.com/b     | /endpoint               | field.value
            /endpoint               | "https://a b"                | /endpoint               | field.value
            /region                 | "eu central"                 | /region                 | field.value
            /bucket                 | A_Bucket                     | /bucket                 | field.value
            /bucket                 | a..b                         | /bucket                 | field.value
            /prefix                 | lifeboat                     | /prefix                 | field.value
            /prefix                 | /lifeboat/                   | /prefix                 | field.value
            /prefix                 | a/../b/                      | /prefix                 | field.value
            /prefix                 | "a//"                        | /prefix                 | field.value
            /credentials            | -                            | /credentials            | field.missing
            /credentials/secretKey  | -                            | /credentials/secretKey  | field.missing
            /credentials/secretKey  | wJalrXUtnFEMI                | /credentials/secretKey  | secret.no-reference
            /credentials/accessKey  | {env: AWS_ACCESS_KEY_ID}     | /credentials/accessKey  | secret.not-allowed
            /readCredentials        | {accessKey: {file: k}}       | /readCredentials/secretKey | field.missing
            /caFile                 | ca.pem                       | /caFile                 | field.value
            /pathStyle              | "true"                       | /pathStyle              | field.type
            /encryption             | {}                           | /encryption/passphrase  | field.missing
            /objectLock             | true                         | /objectLock             | field.unknown
            """)
    void aMistakeInARepositoryIsNamedWhereItIs(String field, String value, String pointer, String code) {
        ObjectNode document = tree(REPOSITORY);
        put(document, field, value);

        List<Violation> mistakes = mistakes(() -> repository(document));

        assertThat(mistakes).singleElement().satisfies(mistake -> {
            assertThat(mistake.pointer()).isEqualTo(pointer);
            assertThat(mistake.code()).isEqualTo(code);
        });
    }

    @Test
    void allMistakesAreSaidAtOnce() {
        ObjectNode document = tree(CLUSTER);
        put(document, "/nmae", "x");
        put(document, "/connection/port", "0");
        put(document, "/backups/0/schedule", "\"61 25 * * 9\"");
        put(document, "/backups/2/retention/keep", "0");
        put(document, "/checks/0/expect", null);

        List<Violation> mistakes = mistakes(() -> cluster(document));

        assertThat(mistakes)
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder(
                        "/nmae",
                        "/connection/port",
                        "/backups/0/schedule",
                        "/backups/0/schedule",
                        "/backups/0/schedule",
                        "/backups/2/retention/keep",
                        "/checks/0/expect");
        assertThat(mistakes)
                .extracting(Violation::message)
                .anyMatch(message -> message.contains("minute"))
                .anyMatch(message -> message.contains("hour"))
                .anyMatch(message -> message.contains("day of week"));
    }

    @ParameterizedTest
    @CsvSource({
        "/nmae,name",
        "/connection/passwrod,password",
        "/connection/ssl_mode,sslMode",
        "/backups/0/shedule,schedule",
        "/checks/0/expected,expect"
    })
    void whatWasMeantIsGuessed(String field, String meant) {
        ObjectNode document = tree(CLUSTER);
        put(document, field, "x");

        assertThat(mistakes(() -> cluster(document)))
                .filteredOn(mistake -> mistake.pointer().equals(field))
                .singleElement()
                .extracting(Violation::hint)
                .isEqualTo("Did you mean " + meant + "?");
    }

    @Test
    void aPasswordInTheWrongPlaceIsNotRepeated() {
        ObjectNode document = tree(CLUSTER);
        put(document, "/connection/password", "hunter2");

        assertThat(mistakes(() -> cluster(document)).toString()).doesNotContain("hunter2");
    }

    @Test
    void cruelNamesOfDatabasesAreTaken() {
        ObjectNode document = tree(CLUSTER);
        ArrayNode databases = ((ObjectNode) document.at("/backups/2")).putArray("databases");
        List<String> cruel = List.of(
                "My \"Shop\"",
                "it's",
                " leading and trailing ",
                "größe-数据库-🛟",
                "a/b\\c",
                "$(rm -rf)",
                "-x",
                "a;b",
                "a=b");
        cruel.forEach(databases::add);

        assertThat(cluster(document).backups().get(2).databases()).containsExactlyElementsOf(cruel);
    }

    @Test
    void offIsAWordAndNotAnUntruth() {
        ObjectNode document = tree(CLUSTER);
        put(document, "/backups/2/fingerprint", "off");

        assertThat(cluster(document).backups().get(2).fingerprint()).isEqualTo("off");
    }

    @Test
    void whatAnAnswerAddedMayComeBack() {
        ObjectNode document = tree(CLUSTER);
        document.put("id", "0193").put("version", 3).put("digest", "x").putArray("warnings");

        assertThat(cluster(document)).isEqualTo(cluster(tree(CLUSTER)));
    }

    @Test
    void equalDeclarationsHaveEqualDigestsWhateverTheyWereWrittenIn() {
        ObjectNode other = tree(CLUSTER);
        put(other, "/objectives/rpo", "PT60S");
        put(other, "/checks/0/expect", "0");
        put(other, "/connection/database", "postgres");
        ObjectNode changed = tree(CLUSTER);
        put(changed, "/objectives/rpo", "PT61S");

        String digest = SpecJson.digest(SpecJson.canonical(cluster(tree(CLUSTER))));

        assertThat(SpecJson.digest(SpecJson.canonical(cluster(other)))).isEqualTo(digest);
        assertThat(SpecJson.digest(SpecJson.canonical(cluster(changed)))).isNotEqualTo(digest);
        assertThat(SpecJson.parse(SpecJson.canonical(cluster(other)), ClusterSpec.class))
                .isEqualTo(cluster(tree(CLUSTER)));
    }

    private static ClusterSpec cluster(JsonNode document) {
        return SpecValidation.cluster(document, "shop", Set.of("east", "west", "north"), SpecValidationTest::secret);
    }

    private static RepositorySpec repository(JsonNode document) {
        return SpecValidation.repository(document, "east", SpecValidationTest::secret);
    }

    private static Optional<Failure> secret(SecretRef reference) {
        return reference.env() == null || reference.env().startsWith("LIFEBOAT_SECRET_")
                ? Optional.empty()
                : Optional.of(new Failure("secret.not-allowed", "Not allowed.", null, null, null));
    }

    private static List<Violation> mistakes(Runnable reading) {
        Problem problem = catchThrowableOfType(Problem.class, reading::run);
        assertThat(problem).as("the declaration was taken").isNotNull();
        assertThat(problem.status()).isEqualTo(400);
        return problem.violations();
    }

    private static ObjectNode tree(String yaml) {
        return (ObjectNode) DeclarationReader.read(yaml.getBytes(StandardCharsets.UTF_8), true);
    }

    /** Puts a value, written as YAML, at a pointer; null removes what is there. */
    private static void put(ObjectNode document, String pointer, String value) {
        int slash = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) document.at(pointer.substring(0, slash));
        String name = pointer.substring(slash + 1);
        if (value == null) {
            parent.remove(name);
        } else {
            parent.set(name, tree("value: " + value).get("value"));
        }
    }
}
