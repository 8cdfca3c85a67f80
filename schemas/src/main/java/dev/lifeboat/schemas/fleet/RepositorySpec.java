package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An object store that holds backups, as declared.
 *
 * @param name lower-case name, {@code [a-z0-9][a-z0-9-]*}, at most 63 characters
 * @param type {@code s3}
 * @param endpoint https URL of the S3 endpoint
 * @param region region name that requests are signed for
 * @param bucket existing bucket
 * @param prefix prepended to each key; empty or ends with a slash
 * @param credentials for reading and writing
 * @param readCredentials read-only ones for sandboxes; optional, their absence is a finding
 * @param caFile PEM file with the authority that signed the endpoint's certificate; optional
 * @param pathStyle bucket in the path instead of the host name; default false
 * @param encryption passphrase that pgBackRest encrypts with, and that the keys are encrypted with which Lifeboat seals what it
 *     stores itself with; optional
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RepositorySpec(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String endpoint,
        @JsonProperty(required = true) String region,
        @JsonProperty(required = true) String bucket,
        String prefix,
        @JsonProperty(required = true) Credentials credentials,
        Credentials readCredentials,
        String caFile,
        Boolean pathStyle,
        Encryption encryption) {

    /** An access key pair, by reference. */
    public record Credentials(
            @JsonProperty(required = true) SecretRef accessKey, @JsonProperty(required = true) SecretRef secretKey) {}

    /** A passphrase, by reference. */
    public record Encryption(@JsonProperty(required = true) SecretRef passphrase) {}
}
