package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.database.DatabaseFaults;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Takes the database's word on where to read from when it is behind Kafka's: after a restore of the database, and for a
 * consumer that is new. Where Kafka is behind (it was set up anew), Kafka's word stands.
 */
@ApplicationScoped
@Identifier("lifeboat-inbox")
class WhereToRead implements KafkaConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(WhereToRead.class);

    private final ReadPositions positions;

    WhereToRead(ReadPositions positions) {
        this.positions = positions;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> from;
        try {
            from = positions.from(partitions);
        } catch (RuntimeException e) {
            if (!DatabaseFaults.passes(e)) {
                throw e;
            }
            LOG.warn("reading goes on where Kafka says; the database does not answer", e);
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(new HashSet<>(partitions));
        from.forEach((partition, ours) -> {
            OffsetAndMetadata kafkas = committed.get(partition);
            if (kafkas != null && ours < kafkas.offset()) {
                LOG.infof("reading %s from %d, not from %d", partition, ours, kafkas.offset());
                consumer.seek(partition, ours);
            }
        });
    }
}
