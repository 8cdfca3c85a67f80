package dev.lifeboat.backup.physical;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How physical backups are taken. */
@ConfigMapping(prefix = "lifeboat.physical")
public interface PhysicalConfig {

    /** How long a backup waits, when its files are stored, until the WAL from its start to its stop is. */
    @WithDefault("PT5M")
    Duration walWait();

    /**
     * The longest that the server may be silent. It says nothing while it works on the checkpoint that a backup begins
     * with: longer than {@code checkpoint_timeout} where policies spread it.
     */
    @WithDefault("PT30M")
    Duration silence();

    /**
     * Whether the server compresses where it can (from version 15, built with zstd): less goes over the network. Otherwise
     * this service does.
     */
    @WithDefault("true")
    boolean serverCompression();

    /** How often a backup is begun before a fault that might have passed counts as failed. */
    @WithDefault("8")
    int attempts();
}
