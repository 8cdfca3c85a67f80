package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Where a secret is found, never the secret itself. Exactly one of the two is set.
 *
 * @param env name of an environment variable that begins with {@code LIFEBOAT_SECRET_}
 * @param file plain name of a file in the configured secrets folder
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SecretRef(String env, String file) {

    /** A secret in the service's environment. */
    public static SecretRef ofEnv(String name) {
        return new SecretRef(name, null);
    }

    /** A secret in the secrets folder. */
    public static SecretRef ofFile(String name) {
        return new SecretRef(null, name);
    }
}
