package dev.lifeboat.restore.run;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings of recoveries. */
@ConfigMapping(prefix = "lifeboat.recovery")
public interface RecoverySettings {

    /** After this long a recovery is ended, whatever it is doing; its hold not counted. */
    @WithDefault("PT12H")
    Duration deadline();

    /** How long a sandbox waits for the verifier's checks. */
    @WithDefault("PT1H")
    Duration checksDeadline();

    /** How long a recovery waits for news of a backup that it does not know yet. */
    @WithDefault("PT20S")
    Duration backupPatience();

    /** How often a recovery is begun anew after it was interrupted. */
    @WithDefault("5")
    int attempts();

    /** Pause before it is begun anew. */
    @WithDefault("PT10S")
    Duration retryAfter();

    /** Operating-system user of sandboxes' servers, when the service runs as root. */
    @WithDefault("postgres")
    String serverUser();

    /** Name of this host; by default what the operating system calls it. */
    Optional<String> hostId();
}
