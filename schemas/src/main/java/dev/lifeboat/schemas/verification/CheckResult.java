package dev.lifeboat.schemas.verification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;

/**
 * One check and what it came to.
 *
 * @param name stable for built-in checks ({@code identity}, {@code server-starts}, {@code page-checksums},
 *     {@code amcheck}, {@code inventory}, {@code row-counts}, {@code content-equality}, {@code archive-isolation},
 *     {@code target-reached}, {@code server-log});
 *     {@code sql/<name>} for the owner's
 * @param required whether the run fails with it
 * @param reason one sentence; always set unless passed
 * @param expected what should have been found; optional
 * @param found what was found; optional; never row values
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckResult(
        @JsonProperty(required = true) String name,
        boolean required,
        @JsonProperty(required = true) Verdict verdict,
        String reason,
        String expected,
        String found,
        Instant startedAt,
        Duration duration) {}
