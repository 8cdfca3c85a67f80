package dev.lifeboat.schemas.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An object in a repository and the digest that its bytes must have.
 *
 * @param key with the repository's prefix left out
 * @param sha256 lower-case hex digest of the bytes as stored
 * @param bytes length as stored; optional
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ObjectRef(
        @JsonProperty(required = true) String key, @JsonProperty(required = true) String sha256, Long bytes) {}
