package dev.lifeboat.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.ProcessIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real parts, as every service test gets them. */
class LocalPartsIT {
    private final LocalParts parts = LocalParts.shared();

    @Test
    void everyCallerInTheJvmGetsTheSameParts() {
        assertThat(LocalParts.shared().kafka().bootstrapServers())
                .isEqualTo(parts.kafka().bootstrapServers());
        assertThat(LocalParts.shared().postgres().process())
                .isPresent()
                .isEqualTo(parts.postgres().process());
    }

    @ParameterizedTest
    @CsvSource({
        "lifeboat.fleet,         backup-service",
        "lifeboat.backups,       backup-service",
        "lifeboat.wal,           backup-service",
        "lifeboat.recoveries,    restore-service",
        "lifeboat.verifications, verifier",
        "lifeboat.findings,      verifier"
    })
    void onlyTheOwnerWritesATopic(String topic, String owner) throws Exception {
        send(owner, topic);
        for (String other : KafkaTopics.SERVICES) {
            if (!other.equals(owner)) {
                assertThatThrownBy(() -> send(other, topic))
                        .as(other + " forges " + topic)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(TopicAuthorizationException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"lifeboat.audit", "lifeboat.dead-letters"})
    void everyServiceWritesWhatBelongsToAll(String topic) throws Exception {
        for (String service : KafkaTopics.SERVICES) {
            send(service, topic);
        }
    }

    @Test
    void everyServiceReadsEveryTopicInGroupsOfItsOwnName() throws Exception {
        send("backup-service", "lifeboat.backups");

        assertThat(read("verifier", "verifier", "lifeboat.backups")).isPositive();
        assertThatThrownBy(() -> read("verifier", "restore-service", "lifeboat.backups"))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    @Test
    void aWrongPasswordIsRefused() {
        Map<String, Object> settings = client("verifier");
        settings.put(
                "sasl.jaas.config",
                parts.kafka()
                        .clientSettings("verifier")
                        .get("sasl.jaas.config")
                        .replace("password=\"", "password=\"x"));
        try (Admin admin = Admin.create(settings)) {
            assertThatThrownBy(() -> admin.listTopics().names().get())
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void topicsAreAsWrittenDown() throws Exception {
        try (Admin admin = Admin.create(client(KafkaTopics.ADMIN))) {
            var described = admin.describeTopics(admin.listTopics().names().get())
                    .allTopicNames()
                    .get();
            assertThat(described.keySet())
                    .containsAll(KafkaTopics.ALL.stream()
                            .map(KafkaTopics.Topic::name)
                            .toList());
            KafkaTopics.ALL.forEach(topic ->
                    assertThat(described.get(topic.name()).partitions()).hasSize(KafkaTopics.PARTITIONS));
        }
    }

    @Test
    void postgresSurvivesBeingKilledAndKeepsChecksumsOn() throws Exception {
        PostgresCluster shop = parts.newPostgres("shop", Map.of("archive_mode", "on"));
        shop.start(Lifetime.OF_THIS_JVM);
        ProcessIdentity before = shop.process().orElseThrow();
        shop.execute("postgres", "create table t as select 1 as one", "checkpoint");

        shop.kill();
        assertThat(before.alive()).isFalse();
        shop.start(Lifetime.OF_THIS_JVM);

        assertThat(shop.process().orElseThrow()).isNotEqualTo(before);
        assertThat(ask(shop, "show data_checksums")).isEqualTo("on");
        assertThat(ask(shop, "show archive_mode")).isEqualTo("on");
        assertThat(ask(shop, "select one::text from t")).isEqualTo("1");
        shop.stop();
        assertThat(shop.process()).isEmpty();
        assertThat(shop.log()).content().contains("fast shutdown request");
    }

    @Test
    void aDatabaseIsForItsOwnerAlone() throws Exception {
        LocalParts.Database one = parts.newDatabase("one");
        LocalParts.Database two = parts.newDatabase("two");

        try (var connection = parts.postgres().connect(one.name(), one.user(), one.password());
                var statement = connection.createStatement()) {
            statement.execute("create table mine(id int)");
        }
        assertThatThrownBy(() -> parts.postgres()
                        .connect(two.name(), one.user(), one.password())
                        .close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied for database");
    }

    @Test
    void aFrozenPartCanStillBeEnded() {
        PostgresCluster frozen = parts.newPostgres("frozen", Map.of());
        frozen.start(Lifetime.OF_THIS_JVM);
        frozen.pause();

        frozen.stop();

        assertThat(frozen.process()).isEmpty();
    }

    @Test
    void aTakenPortIsNamedWithItsHolder() {
        PostgresCluster taken = new PostgresCluster(new PostgresCluster.Spec(
                "taken", parts.newFolder("taken"), parts.postgres().port(), Secrets.random(), Map.of()));

        assertThatThrownBy(() -> taken.start(Lifetime.OF_THIS_JVM))
                .isInstanceOfSatisfying(LocalStackException.class, e -> {
                    assertThat(e.code()).isEqualTo("port-taken");
                    assertThat(e.expected())
                            .contains(Integer.toString(parts.postgres().port()), "taken");
                    assertThat(e.found())
                            .contains(
                                    "pid "
                                            + parts.postgres()
                                                    .process()
                                                    .orElseThrow()
                                                    .pid(),
                                    "postgres");
                });
    }

    private void send(String principal, String topic) throws Exception {
        Map<String, Object> settings = client(principal);
        settings.put("max.block.ms", 20_000);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "cluster/shop", "{}")).get(30, TimeUnit.SECONDS);
        }
    }

    private int read(String principal, String group, String topic) {
        Map<String, Object> settings = client(principal);
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            int count = 0;
            while (count == 0 && System.nanoTime() < deadline) {
                count = consumer.poll(Duration.ofSeconds(1)).count();
            }
            return count;
        }
    }

    private Map<String, Object> client(String principal) {
        return new HashMap<>(parts.kafka().clientSettings(principal));
    }

    private static String ask(PostgresCluster cluster, String sql) throws SQLException {
        try (var connection = cluster.connect("postgres");
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
