package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * The sandbox of an attempt, as others may know it; its password is in no row.
 *
 * @param attempt that it belongs to
 * @param name of its folder, {@code <recoveryId>/<attempt>-<epoch>}
 * @param port on the loopback address; 0 before it is chosen
 * @param databases that shall be checked
 * @param readyAt null until it was said to be ready
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SandboxFacts(
        int attempt,
        String name,
        String hostId,
        int processors,
        long memoryBytes,
        String serverVersion,
        String address,
        int port,
        List<String> databases,
        Instant readyAt,
        Instant expiresAt,
        Instant checksDeadline) {}
