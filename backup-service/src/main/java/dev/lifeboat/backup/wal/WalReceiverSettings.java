package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.platform.postgres.PostgresTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a receiver needs to know.
 *
 * @param server to stream from: the primary, or a standby
 * @param connection how to connect; its application name is what {@code synchronous_standby_names} compares with
 * @param slot physical slot that is this stream's own
 * @param createSlot whether to make the slot when it is not there
 * @param systemIdentifier of the database system whose WAL this is; none: whoever answers first
 * @param durability what is acknowledged
 * @param maxLag a byte is in the store at most this long after it was received, as long as the store takes it
 * @param spool folder for WAL that is not yet stored: this stream's own, kept between runs
 * @param maxSpoolBytes of WAL in that folder; when it is reached, nothing is read from the server until the store took some.
 *     Two segments at least
 * @param skipGap whether to go on behind WAL that is neither stored nor on the server any more
 */
public record WalReceiverSettings(
        PostgresTarget server,
        ReplicationOptions connection,
        String slot,
        boolean createSlot,
        Optional<String> systemIdentifier,
        Durability durability,
        Duration maxLag,
        Path spool,
        long maxSpoolBytes,
        boolean skipGap) {
    /** What the server is told to be durable. */
    public enum Durability {
        /** What the object store has. */
        SEGMENT,
        /** What is on this host's disk: as a synchronous standby, so that no commit is lost with the primary. */
        SYNCHRONOUS
    }

    /**
     * A second slot that is never streamed from: with durability {@code SYNCHRONOUS} it keeps on the server what is
     * acknowledged and not yet stored.
     */
    public String holdSlot() {
        return slot + "_hold";
    }

    public WalReceiverSettings {
        if (maxLag.isNegative() || maxLag.isZero() || maxSpoolBytes < 0) {
            throw new IllegalArgumentException("a lag and a size are positive");
        }
    }
}
