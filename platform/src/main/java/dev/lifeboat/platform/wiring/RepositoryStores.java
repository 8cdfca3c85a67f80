package dev.lifeboat.platform.wiring;

import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.platform.store.SealedStore;
import dev.lifeboat.platform.store.SealingKeys;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.RepositorySpec.Credentials;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens the store behind a declared repository. Secrets are resolved when they are needed and kept nowhere else, but for the
 * keys that objects of an encrypted repository are sealed with: see {@link SealingKeys}.
 */
public final class RepositoryStores {
    private final ObjectStores stores;
    private final SecretReferences secrets;
    private final SealingKeys keys;

    /** Resolves credentials with the given references. */
    public RepositoryStores(ObjectStores stores, SecretReferences secrets) {
        this.stores = stores;
        this.secrets = secrets;
        this.keys = new SealingKeys(stores.clock());
    }

    /**
     * For reading and writing; to be closed by the caller.
     *
     * @throws dev.lifeboat.platform.secrets.SecretException if a reference does not resolve
     */
    public ObjectStore open(RepositorySpec repository) {
        return open(repository, repository.credentials());
    }

    /** With the read-only credentials where they were given, else with the others; to be closed by the caller. */
    public ObjectStore openForReading(RepositorySpec repository) {
        return open(
                repository,
                repository.readCredentials() == null ? repository.credentials() : repository.readCredentials());
    }

    /** What a tool needs to reach the repository itself. */
    public S3Settings settings(RepositorySpec repository, Credentials credentials) {
        return new S3Settings(
                URI.create(repository.endpoint()),
                repository.region(),
                repository.bucket(),
                repository.prefix() == null ? "" : repository.prefix(),
                secrets.resolve(credentials.accessKey()).reveal(),
                secrets.resolve(credentials.secretKey()),
                Optional.ofNullable(repository.caFile()).map(Path::of),
                Boolean.TRUE.equals(repository.pathStyle()));
    }

    private ObjectStore open(RepositorySpec repository, Credentials credentials) {
        S3Settings settings = settings(repository, credentials);
        return new SealedStore(
                stores.open(settings),
                settings.endpoint() + "/" + settings.bucket() + "/" + settings.prefix(),
                keys,
                Optional.ofNullable(repository.encryption())
                        .map(encryption -> () -> secrets.resolve(encryption.passphrase())));
    }
}
