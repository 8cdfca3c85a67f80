package dev.lifeboat.platform.wiring;

import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.RepositorySpec.Credentials;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the store behind a declared repository. Secrets are resolved at each opening and kept nowhere else. */
public final class RepositoryStores {
    private final ObjectStores stores;
    private final SecretReferences secrets;

    /** Resolves credentials with the given references. */
    public RepositoryStores(ObjectStores stores, SecretReferences secrets) {
        this.stores = stores;
        this.secrets = secrets;
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
        return stores.open(settings(repository, credentials));
    }
}
