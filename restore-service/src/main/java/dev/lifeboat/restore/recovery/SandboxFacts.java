package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * The sandbox of an attempt, as others may know it; its password is in no row.
 *
 * @param attempt that it belongs to; together with {@code epoch} it names its folder
 * @param major version of its server
 * @param port on the loopback address; 0 before it is chosen
 * @param databases that shall be checked
 * @param readyAt null until it was said to be ready
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SandboxFacts(
        int attempt,
        long epoch,
        int major,
        String hostId,
        int processors,
        long memoryBytes,
        String serverVersion,
        String address,
        int port,
        List<String> databases,
        Instant readyAt,
        Instant expiresAt,
        Instant checksDeadline) {

    /** The same, its server started again on another port. */
    public SandboxFacts at(int otherPort) {
        return new SandboxFacts(
                attempt,
                epoch,
                major,
                hostId,
                processors,
                memoryBytes,
                serverVersion,
                address,
                otherPort,
                databases,
                readyAt,
                expiresAt,
                checksDeadline);
    }
}
