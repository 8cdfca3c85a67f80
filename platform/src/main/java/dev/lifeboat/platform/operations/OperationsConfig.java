package dev.lifeboat.platform.operations;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of long work. */
@ConfigMapping(prefix = "lifeboat.operations")
public interface OperationsConfig {

    /** How long an owner that says nothing keeps its operations; another instance takes them over after that. */
    @WithDefault("PT20S")
    Duration lease();

    /** How often an owner renews its leases. */
    @WithDefault("PT3S")
    Duration heartbeat();

    /** How often each instance looks for operations that nobody was woken for. */
    @WithDefault("PT2S")
    Duration sweep();

    /** How many operations run at the same time in all instances of the service together, beside standing ones. */
    @WithDefault("8")
    int cap();

    /** How long runs may take to notice that the instance is being stopped. */
    @WithDefault("PT10S")
    Duration shutdownGrace();
}
