package dev.lifeboat.local;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The topics, who writes them, and how long they keep what was written (docs/contracts.md). Partition counts are fixed once a
 * topic exists: a key must stay in its partition, or a cluster's story is out of order.
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
            Topic.keptForEver("lifeboat.backups", BACKUP),
            // The many: a batch of segments every few seconds for each cluster. The store holds the same facts.
            Topic.kept("lifeboat.wal", Duration.ofDays(14), BACKUP),
            Topic.keptForEver("lifeboat.recoveries", RESTORE),
            Topic.keptForEver("lifeboat.verifications", VERIFIER),
            Topic.keptForEver("lifeboat.findings", VERIFIER),
            Topic.keptForEver("lifeboat.audit", BACKUP, RESTORE, VERIFIER),
            Topic.keptForEver("lifeboat.dead-letters", BACKUP, RESTORE, VERIFIER));

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
            return deleting(name, millis(retention), writers);
        }

        static Topic keptForEver(String name, String... writers) {
            return deleting(name, "-1", writers);
        }

        private static Topic deleting(String name, String retention, String... writers) {
            return new Topic(
                    name,
                    Set.of(writers),
                    Map.of("cleanup.policy", "delete", "retention.ms", retention, "segment.bytes", "67108864"));
        }

        private static String millis(Duration duration) {
            return Long.toString(duration.toMillis());
        }
    }
}
