package dev.lifeboat.restore.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.restore.plan.Finding.Level;
import dev.lifeboat.restore.recovery.Aim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a recovery is going to do, before it does anything.
 *
 * @param chain labels of the sets that are read, oldest first (pgbackrest); databases that are restored (dump)
 * @param readBytes that come out of the repository
 * @param databaseBytes that the sandbox will hold
 * @param estimate from the request to the first write, from this cluster's own history; absent without one
 * @param basis how many runs the estimate stands on
 * @param findings what preflight noticed, what stops first
 * @param aim what shall be reached, and what could be; for point-in-time
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecoveryPlan(
        Instant at,
        String cluster,
        String method,
        UUID backupId,
        String repository,
        List<String> chain,
        long readBytes,
        long databaseBytes,
        Duration estimate,
        int basis,
        List<Finding> findings,
        Aim aim) {

    /** The first finding that stops it, if any. */
    @JsonIgnore
    public Optional<Finding> stop() {
        return findings.stream()
                .filter(finding -> finding.level() == Level.STOP)
                .findFirst();
    }
}
