package dev.lifeboat.backup.stream;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of streaming WAL. */
@ConfigMapping(prefix = "lifeboat.wal")
public interface StreamConfig {

    /** WAL of one stream that may lie on this host's disk before it is stored, in bytes; two segments at least. */
    @WithDefault("268435456")
    long spoolBytes();

    /** How many objects are compressed and uploaded at the same time, by all streams of this instance. */
    @WithDefault("4")
    int uploads();

    /** Stored WAL is told at most this often. */
    @WithDefault("PT30S")
    Duration storedEvery();

    /** After what only somebody can mend, it is tried again so much later nevertheless. */
    @WithDefault("PT10M")
    Duration blockedPause();

    /** How often it is looked what the server keeps for the stream. */
    @WithDefault("PT10S")
    Duration guardEvery();
}
