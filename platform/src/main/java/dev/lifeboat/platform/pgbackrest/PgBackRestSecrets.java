package dev.lifeboat.platform.pgbackrest;

import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What pgBackRest needs to reach and read its repository. Given to it by environment; written to a file only for what the
 * server itself starts ({@code archive_command}, {@code restore_command}), whose environment is not ours.
 *
 * @param key access key
 * @param keySecret its secret
 * @param passphrase of an encrypted repository
 */
public record PgBackRestSecrets(Secret key, Secret keySecret, Optional<Secret> passphrase) {

    /** A value that a configuration file would not give back as it was is refused. */
    public PgBackRestSecrets {
        requirePlain("access key", key);
        requirePlain("secret key", keySecret);
        passphrase.ifPresent(secret -> requirePlain("passphrase", secret));
    }

    /**
     * Resolves the references of a repository.
     *
     * @param credentials those of the repository for writing, or for reading
     * @throws dev.lifeboat.platform.secrets.SecretException if one does not resolve
     * @throws PgBackRestException {@code pgbackrest.secret-unusable}
     */
    public static PgBackRestSecrets resolve(
            SecretReferences secrets, RepositorySpec repository, RepositorySpec.Credentials credentials) {
        return new PgBackRestSecrets(
                secrets.resolve(credentials.accessKey()),
                secrets.resolve(credentials.secretKey()),
                Optional.ofNullable(repository.encryption())
                        .map(encryption -> secrets.resolve(encryption.passphrase())));
    }

    /** Puts them into a tool's environment. */
    ProcessSpec into(ProcessSpec spec) {
        ProcessSpec with = spec;
        for (Map.Entry<String, Secret> option : options().entrySet()) {
            with = with.secret(
                    "PGBACKREST_"
                            + option.getKey().toUpperCase(java.util.Locale.ROOT).replace('-', '_'),
                    option.getValue());
        }
        return with;
    }

    /** Name of the option in a configuration with this repository alone, and value. */
    Map<String, Secret> options() {
        return options(1);
    }

    /** Name of the option in a configuration, and value. */
    Map<String, Secret> options(int repository) {
        String repo = "repo" + repository + "-";
        Map<String, Secret> options = new LinkedHashMap<>();
        options.put(repo + "s3-key", key);
        options.put(repo + "s3-key-secret", keySecret);
        passphrase.ifPresent(secret -> options.put(repo + "cipher-pass", secret));
        return options;
    }

    /** All of them, to be taken out of what is kept of an output. */
    public List<Secret> all() {
        return List.copyOf(options().values());
    }

    private static void requirePlain(String what, Secret secret) {
        String value = secret.reveal();
        if (!value.equals(value.strip()) || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new PgBackRestException(
                    "Configuring pgBackRest",
                    PgBackRestFault.fatal(new Failure(
                            "pgbackrest.secret-unusable",
                            "The repository's " + what + " cannot stand in a configuration of pgBackRest.",
                            "no blank at either end, no line break, no control character",
                            "one of these",
                            "Choose another, or take the blank out of the secret's file.")));
        }
    }
}
