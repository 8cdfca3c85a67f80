package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What was asked for, with the declaration as it was then: a running recovery keeps what it started with.
 *
 * @param kind {@code restore-test}
 * @param method {@code dump} or {@code pgbackrest}; null when the named backup shall say it, see {@link Recovery#method()}
 * @param repository name of the repository to read from; null means any of {@code repositories}
 * @param repositories that the cluster used when the recovery was asked for, in the order of its declaration
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
        List<String> repositories,
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

    /** Where the latest backup is looked for. */
    public List<String> searched() {
        if (repository != null) {
            return List.of(repository);
        }
        return repositories == null ? List.of() : repositories;
    }

    /** The method as it is told when no backup is known yet. */
    public String methodTold() {
        return method == null ? METHOD_NOT_KNOWN : method;
    }
}
