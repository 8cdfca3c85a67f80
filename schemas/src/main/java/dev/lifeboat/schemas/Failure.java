package dev.lifeboat.schemas;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Why something did not work, for a person at 03:00 and for a program.
 *
 * @param code stable, lower-case, dotted, e.g. {@code postgres.password-wrong}
 * @param message one sentence
 * @param expected what should have been there; optional
 * @param found what was there instead; optional
 * @param hint what to do; optional
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(
        @JsonProperty(required = true) String code,
        @JsonProperty(required = true) String message,
        String expected,
        String found,
        String hint) {}
