package dev.lifeboat.platform.events;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What may be set about events. */
@ConfigMapping(prefix = "lifeboat.events")
public interface EventSettings {

    /** How long an instance that carries the outbox may be silent before another one takes over. */
    @WithDefault("PT5S")
    Duration relayLease();

    /** How often an instance that does not carry the outbox looks whether it must, and the one that does looks for more. */
    @WithDefault("PT0.5S")
    Duration relayLook();

    /** Most events in one Kafka transaction. */
    @WithDefault("500")
    int relayBatch();

    /** How long an event waits for what must come first before it becomes a dead letter. */
    @WithDefault("P1D")
    Duration parkFor();

    /** How often parked events are tried again while nothing else arrives. */
    @WithDefault("PT2S")
    Duration parkedRetry();

    /** How often a consumer is given an event on which it fails for another reason than an outage. */
    @WithDefault("3")
    int attempts();

    /** The longest pause between two tries while an outage lasts. */
    @WithDefault("PT5S")
    Duration longestPause();

    /** How long it is remembered that an event was taken; longer than any topic that is not compacted keeps it. */
    @WithDefault("P100D")
    Duration inboxRetention();
}
