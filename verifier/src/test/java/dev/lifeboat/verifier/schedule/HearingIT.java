package dev.lifeboat.verifier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.TopicEnds;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Silence means something only up to where everything was heard. */
class HearingIT {
    private static final String POSITIONS =
            "create table read_position (consumer text, topic text, partition_number int, next_offset bigint,"
                    + " primary key (consumer, topic, partition_number))";

    private final LocalParts parts = LocalParts.shared();
    private final Instant now = Instant.parse("2026-11-21T05:00:00Z");
    private Jdbi jdbi;

    @BeforeEach
    void nothingIsRead() {
        LocalParts.Database database = parts.newDatabase("hearing");
        jdbi = Jdbi.create(database.jdbcUrl(), database.user(), database.password());
        jdbi.useHandle(handle -> handle.execute(POSITIONS));
    }

    @Test
    void whatIsOnATopicMustBeTakenFirst() throws Exception {
        RecordMetadata said = say();
        Hearing hearing = hearing(new HashMap<>(parts.kafka().clientSettings("verifier")));

        assertThat(hearing.upTo()).isEmpty();
        taken("verifier-timetable", said.topic(), said.partition(), said.offset() + 1);
        taken("verifier-scheduled-runs", said.topic(), said.partition(), said.offset());
        assertThat(hearing.upTo())
                .as("who listens for runs has not come so far")
                .isEmpty();
        everythingIsTaken();
        assertThat(hearing.upTo()).contains(now);
    }

    @Test
    void whoeverIsCutOffFromKafkaKnowsNothing() {
        Map<String, Object> nowhere = new HashMap<>(parts.kafka().clientSettings("verifier"));
        nowhere.put("bootstrap.servers", "127.0.0.1:1");

        assertThat(hearing(nowhere).upTo()).isEmpty();
    }

    private Hearing hearing(Map<String, Object> connection) {
        Database plain = new Database() {
            @Override
            public <T> T inTransaction(Function<Handle, T> work) {
                return jdbi.inTransaction(work::apply);
            }

            @Override
            public void afterCommit(Runnable action) {
                action.run();
            }
        };
        return new Hearing(plain, InstantSource.fixed(now), new TopicEnds(connection, "verifier"));
    }

    private RecordMetadata say() throws Exception {
        Map<String, Object> settings = new HashMap<>(parts.kafka().clientSettings("backup-service"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>(
                            "lifeboat.backups",
                            "cluster/x",
                            "{\"specversion\":\"1.0\",\"type\":\"dev.lifeboat.backup.of-a-later-version.v9\",\"id\":\""
                                    + java.util.UUID.randomUUID() + "\",\"source\":\"/backup-service\"}"))
                    .get();
        }
    }

    private void everythingIsTaken() {
        jdbi.useHandle(handle -> handle.execute("delete from read_position"));
        jdbi.useHandle(
                handle -> handle.execute("insert into read_position select consumer, topic, partition_number, 1000000"
                        + " from unnest(array['verifier-scheduled-runs', 'verifier-timetable']) consumer,"
                        + " unnest(array['lifeboat.fleet', 'lifeboat.backups', 'lifeboat.recoveries']) topic,"
                        + " generate_series(0, 63) partition_number"));
    }

    private void taken(String consumer, String topic, int partition, long next) {
        jdbi.useHandle(handle -> handle.execute(
                "insert into read_position values (?, ?, ?, ?) on conflict (consumer, topic, partition_number) do update"
                        + " set next_offset = excluded.next_offset",
                consumer,
                topic,
                partition,
                next));
    }
}
