package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * What was asked for, with the declaration as it was then: a running recovery keeps what it started with.
 *
 * @param kind {@code restore-test}
 * @param method {@code dump} or {@code pgbackrest}; null when the named backup shall say it, see {@link Recovery#method()}
 * @param repository name of the repository to read from
 * @param backupId null means the latest usable
 * @param keep how long the sandbox stays after its checks; null for not at all
 * @param policy name of the drill policy; null by request
 * @param policyVersion version of the cluster's declaration
 * @param checksDigest sha256 of the owner's checks, see {@link ChecksDigest}
 * @param requestedBy {@code principal/<name>} or {@code policy/<cluster>/<name>}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Wanted(
        UUID recoveryId,
        UUID clusterId,
        String cluster,
        String kind,
        String method,
        String repository,
        UUID backupId,
        Target target,
        Duration keep,
        String policy,
        Long policyVersion,
        Instant dueAt,
        Instant requestedAt,
        String requestedBy,
        Duration rtoObjective,
        Duration rpoObjective,
        String checksDigest) {

    /** Told as method as long as the named backup has not said it. */
    public static final String METHOD_NOT_KNOWN = "unknown";

    /** The method as it is told when no backup is known yet. */
    public String methodTold() {
        return method == null ? METHOD_NOT_KNOWN : method;
    }
}
