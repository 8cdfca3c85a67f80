package dev.lifeboat.backup.dump;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How dumps are taken. */
@ConfigMapping(prefix = "lifeboat.dump")
public interface DumpConfig {

    /** The longest that a dump waits for a table that somebody locks; then it is tried again later. */
    @WithDefault("PT1M")
    Duration lockWait();

    /** With {@code fingerprint: sample}: tables up to so many bytes get a digest, larger ones are counted. */
    @WithDefault("67108864")
    long sampleBytes();

    /** Files of a dump in directory format that are uploaded side by side. */
    @WithDefault("4")
    int uploads();

    /** How often a dump is begun before a fault that might have passed counts as failed. */
    @WithDefault("8")
    int attempts();
}
