package dev.lifeboat.platform.events.inbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Where batches come from Kafka. One at a time: the next comes when this one is committed. */
@ApplicationScoped
class InboxChannel {
    private final InboxThread thread;
    private final Steps steps;
    private final Inbox inbox;
    private final ReadPositions positions;
    private final ParkedRetry parked;

    InboxChannel(InboxThread thread, Steps steps, Inbox inbox, ReadPositions positions, ParkedRetry parked) {
        this.thread = thread;
        this.steps = steps;
        this.inbox = inbox;
        this.positions = positions;
        this.parked = parked;
    }

    @Incoming("events")
    CompletionStage<Void> take(ConsumerRecords<String, byte[]> records) {
        return thread.untilDone(() -> {
            List<Step> all = new ArrayList<>(records.count());
            for (ConsumerRecord<String, byte[]> record : records) {
                steps.of(new Origin(record.topic(), record.partition(), record.offset(), record.key(), record.value()))
                        .forEach(all::add);
            }
            inbox.take(all);
            positions.reached(next(records));
            parked.afterOthers();
        });
    }

    private static Map<TopicPartition, Long> next(ConsumerRecords<String, byte[]> records) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            next.put(partition, records.records(partition).getLast().offset() + 1);
        }
        return next;
    }
}
