package dev.lifeboat.local;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The topics, who writes them, and how long they keep what was written. Partition counts are fixed once a topic exists:
 * a key must stay in its partition, or a cluster's story is out of order.
 */
public final class KafkaTopics {
    /** Partitions of every topic: as many instances of one service can share the work. */
    public static final int PARTITIONS = 12;

    /** Name prefix of every topic. */
    public static final String PREFIX = "lifeboat.";

    /** Principal of backup-service. */
    public static final String BACKUP = "backup-service";

    /** Principal of restore-service. */
    public static final String RESTORE = "restore-service";

    /** Principal of the verifier. */
    public static final String VERIFIER = "verifier";

    /** Principal that may do everything: creates topics and rules, and replays by hand. */
    public static final String ADMIN = "lifeboat-admin";

    /** The principals of the services. Each reads every topic. */
    public static final List<String> SERVICES = List.of(BACKUP, RESTORE, VERIFIER);

    /** All of them: DESIGN's table of events. */
    public static final List<Topic> ALL = List.of(
            Topic.compacted("lifeboat.fleet", BACKUP),
            // The databases hold the history; a topic needs to bridge an outage, or a new read model's first reading.
            Topic.kept("lifeboat.backups", Duration.ofDays(90), BACKUP),
            // The many: a batch of segments every few seconds for each cluster.
            Topic.kept("lifeboat.wal", Duration.ofDays(14), BACKUP),
            Topic.kept("lifeboat.recoveries", Duration.ofDays(90), RESTORE),
            Topic.kept("lifeboat.verifications", Duration.ofDays(90), VERIFIER),
            Topic.kept("lifeboat.findings", Duration.ofDays(90), VERIFIER),
            // Who did what: what compaction would eat. A year and a month, so that a yearly audit finds all of it.
            Topic.kept("lifeboat.audit", Duration.ofDays(400), BACKUP, RESTORE, VERIFIER),
            Topic.kept("lifeboat.dead-letters", Duration.ofDays(90), BACKUP, RESTORE, VERIFIER));

    private KafkaTopics() {}

    /**
     * A topic.
     *
     * @param name its name
     * @param writers the principals that may write it; nobody else may
     * @param settings its cleanup and retention, in Kafka's words
     */
    public record Topic(String name, Set<String> writers, Map<String, String> settings) {
        static Topic compacted(String name, String... writers) {
            return new Topic(
                    name,
                    Set.of(writers),
                    Map.of(
                            "cleanup.policy", "compact",
                            // A consumer that was away for a week still sees that something was removed.
                            "delete.retention.ms", millis(Duration.ofDays(7)),
                            "segment.bytes", "16777216",
                            "min.cleanable.dirty.ratio", "0.5"));
        }

        static Topic kept(String name, Duration retention, String... writers) {
            return new Topic(
                    name,
                    Set.of(writers),
                    Map.of("cleanup.policy", "delete", "retention.ms", millis(retention), "segment.bytes", "67108864"));
        }

        private static String millis(Duration duration) {
            return Long.toString(duration.toMillis());
        }
    }
}
