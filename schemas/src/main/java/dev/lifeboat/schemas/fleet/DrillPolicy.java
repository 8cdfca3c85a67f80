package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;

/**
 * A drill that is rehearsed again and again.
 *
 * @param name unique within the cluster, among drills
 * @param kind {@code restore-test} or {@code point-in-time}; more will follow
 * @param method {@code dump} or {@code pgbackrest}
 * @param repository where to restore from; default whichever of the cluster's holds the newest backup
 * @param target what to reach, default {@code latest}
 * @param schedule five-field cron; absent means by request only
 * @param timeZone IANA name, default UTC
 * @param jitter each fire is moved by a stable offset below this; optional
 * @param misfire {@code run-once} (default) or {@code skip}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DrillPolicy(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String kind,
        @JsonProperty(required = true) String method,
        String repository,
        Target target,
        String schedule,
        String timeZone,
        Duration jitter,
        String misfire) {}
