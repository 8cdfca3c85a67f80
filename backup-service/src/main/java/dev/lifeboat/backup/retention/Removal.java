package dev.lifeboat.backup.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.backup.retention.RetentionRules.Rule;
import dev.lifeboat.schemas.Failure;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The removal of one backup, as a run began it.
 *
 * @param state {@code expiring}, {@code expired} or {@code failed}: then a later run goes on with it
 * @param because other backups that the reason rests on
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Removal(
        UUID runId,
        UUID backupId,
        String code,
        String reason,
        Rule rule,
        List<UUID> because,
        String state,
        Instant begunAt,
        Instant endedAt,
        Failure failure) {}
