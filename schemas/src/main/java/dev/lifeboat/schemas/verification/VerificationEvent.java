package dev.lifeboat.schemas.verification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.event.EventData;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What was found out about a restored copy, and what it came to. */
public sealed interface VerificationEvent extends EventData {

    /**
     * The checks that need the running sandbox are done; the recovery may go on.
     *
     * @param clockOffset the sandbox's clock minus the verifier's
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ChecksCompleted(
            @JsonProperty(required = true) UUID verificationId,
            @JsonProperty(required = true) UUID recoveryId,
            int attempt,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) Instant startedAt,
            @JsonProperty(required = true) Instant completedAt,
            Duration clockOffset,
            @JsonProperty(required = true) List<CheckResult> checks)
            implements VerificationEvent {}

    /**
     * The judgement, and its place in the ledger. No entry, no verdict.
     *
     * @param runId a recoveryId or a backupId
     * @param runKind {@code drill} or {@code backup}
     * @param ending {@code completed}, {@code failed}, {@code cancelled}, {@code skipped} or {@code missed}
     * @param verdict absent for a backup: a backup alone proves nothing
     * @param sequence of the ledger entry
     * @param digest sha256 of the entry's envelope
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record VerdictRecorded(
            @JsonProperty(required = true) UUID runId,
            @JsonProperty(required = true) String runKind,
            Integer attempt,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String ending,
            Verdict verdict,
            String reason,
            long sequence,
            @JsonProperty(required = true) String digest,
            @JsonProperty(required = true) Instant recordedAt,
            List<CheckResult> checks)
            implements VerificationEvent {}
}
