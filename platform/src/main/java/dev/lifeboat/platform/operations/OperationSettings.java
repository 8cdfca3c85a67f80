package dev.lifeboat.platform.operations;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How an instance runs operations.
 *
 * @param instance its own name, unlike that of any other instance, also of an earlier one in the same place
 * @param service name of the service; whoever has no other actor acts in its name
 * @param lease how long an owner that says nothing keeps its operations
 * @param heartbeat how often an owner renews its leases; well below {@code lease}
 * @param sweep how often an instance looks for operations that nobody was woken for
 * @param cap how many operations run at the same time in the whole service
 * @param shutdownGrace how long runs may take to notice that the instance is stopped
 * @param folder below which operations have their scratch folders
 */
public record OperationSettings(
        String instance,
        String service,
        Duration lease,
        Duration heartbeat,
        Duration sweep,
        int cap,
        Duration shutdownGrace,
        Path folder) {}
