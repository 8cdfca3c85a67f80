package dev.lifeboat.backup.window;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How recovery windows are watched. */
@ConfigMapping(prefix = "lifeboat.window")
interface WindowSettings {

    /** How often the stores of a cluster are listed. */
    @WithDefault("PT5M")
    Duration auditEvery();

    /** How long WAL may be missing before that is called a gap: segments are archived side by side, some a little late. */
    @WithDefault("PT1M")
    Duration gapGrace();

    /** How long a full segment may wait for the server's archiver before archiving counts as stalled. */
    @WithDefault("PT2M")
    Duration archivePatience();

    /** How many objects of a repository an audit reads back and compares with their digest, newest first; 0 for none. */
    @WithDefault("16")
    int scrubObjects();
}
