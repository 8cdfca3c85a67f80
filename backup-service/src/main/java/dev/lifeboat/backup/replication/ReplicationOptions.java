package dev.lifeboat.backup.replication;

import java.time.Duration;

/**
 * How to connect for replication.
 *
 * @param applicationName as {@code pg_stat_replication} and {@code synchronous_standby_names} see us
 * @param connectTimeout for reaching the server, and for each answer while logging in
 * @param silence longest time without a byte from the server while one is awaited; longer than twice
 *     {@code walSenderTimeout}
 * @param walSenderTimeout after which the server gives a silent connection up, and the slot with it; from PostgreSQL 12 on
 */
public record ReplicationOptions(
        String applicationName, Duration connectTimeout, Duration silence, Duration walSenderTimeout) {
    /** 8 s until the server frees the slot of a receiver that is gone, so that another one takes over within 15 s. */
    public static ReplicationOptions of(String applicationName) {
        return new ReplicationOptions(
                applicationName, Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(8));
    }

    /** The same with another longest silence: a base backup waits for its checkpoint. */
    public ReplicationOptions withSilence(Duration longest) {
        return new ReplicationOptions(applicationName, connectTimeout, longest, walSenderTimeout);
    }
}
