package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.events.EventConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The table {@code read_position}. Written now and then, after the effects: a position may lag, which means reading
 * again what is remembered as taken; it never leads.
 */
@ApplicationScoped
class ReadPositions {
    private static final Logger LOG = Logger.getLogger(ReadPositions.class);
    private static final Duration WRITE_EVERY = Duration.ofSeconds(1);

    private final Database database;
    private final Consumers consumers;
    private final Map<TopicPartition, Long> unwritten = new HashMap<>();
    private long written = System.nanoTime();

    ReadPositions(Database database, Consumers consumers) {
        this.database = database;
        this.consumers = consumers;
    }

    /** Everything before these offsets has been dealt with. On the inbox' thread alone. */
    void reached(Map<TopicPartition, Long> next) {
        unwritten.putAll(next);
        if (System.nanoTime() - written >= WRITE_EVERY.toNanos()) {
            write();
        }
    }

    /** Writes what is not written yet; an outage of the database leaves it for the next time. */
    void write() {
        if (unwritten.isEmpty()) {
            return;
        }
        try {
            database.useTransaction(this::writeAll);
            unwritten.clear();
            written = System.nanoTime();
        } catch (RuntimeException e) {
            if (!DatabaseFaults.passes(e)) {
                throw e;
            }
            LOG.debug("read positions are written later", e);
        }
    }

    /** Where each partition must be read from, so that no consumer misses anything; 0 where one has read nothing yet. */
    Map<TopicPartition, Long> from(Collection<TopicPartition> partitions) {
        return database.inTransaction(handle -> {
            Map<TopicPartition, Long> from = new HashMap<>();
            for (TopicPartition partition : partitions) {
                Map<String, Long> known = known(handle, partition);
                from.put(
                        partition,
                        names(partition.topic()).stream()
                                .mapToLong(name -> known.getOrDefault(name, 0L))
                                .min()
                                .orElse(0L));
            }
            return from;
        });
    }

    private Map<String, Long> known(Handle handle, TopicPartition partition) {
        Map<String, Long> known = new HashMap<>();
        handle.createQuery("select consumer, next_offset from read_position"
                        + " where topic = :topic and partition_number = :partition")
                .bind("topic", partition.topic())
                .bind("partition", partition.partition())
                .map((result, context) -> Map.entry(result.getString(1), result.getLong(2)))
                .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
        return known;
    }

    private void writeAll(Handle transaction) {
        PreparedBatch batch = transaction.prepareBatch(
                """
                insert into read_position (consumer, topic, partition_number, next_offset)
                values (:consumer, :topic, :partition, :next)
                on conflict (consumer, topic, partition_number) do update set next_offset = excluded.next_offset
                """);
        unwritten.forEach((partition, next) -> names(partition.topic()).forEach(name -> batch.bind("consumer", name)
                .bind("topic", partition.topic())
                .bind("partition", partition.partition())
                .bind("next", next)
                .add()));
        int[] unused = batch.execute();
    }

    private List<String> names(String topic) {
        return consumers.onTopic(topic).map(EventConsumer::name).sorted().toList();
    }
}
