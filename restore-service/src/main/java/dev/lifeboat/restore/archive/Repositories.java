package dev.lifeboat.restore.archive;

import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.RepositorySpec.Credentials;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Opens declared repositories for reading: with their read-only credentials where they have some. */
@ApplicationScoped
public class Repositories {
    private final SecretReferences secrets;
    private final ObjectStores stores;

    Repositories(SecretReferences secrets, ObjectStores stores) {
        this.secrets = secrets;
        this.stores = stores;
    }

    /** Opens it without talking to it yet; the caller closes it. */
    public ObjectStore open(RepositorySpec repository) {
        Credentials credentials = credentials(repository);
        return stores.open(new S3Settings(
                URI.create(repository.endpoint()),
                repository.region(),
                repository.bucket(),
                repository.prefix() == null ? "" : repository.prefix(),
                secrets.resolve(credentials.accessKey()).reveal(),
                secrets.resolve(credentials.secretKey()),
                Optional.ofNullable(repository.caFile()).map(Path::of),
                Boolean.TRUE.equals(repository.pathStyle())));
    }

    /** The credentials that a recovery uses. */
    public static Credentials credentials(RepositorySpec repository) {
        return repository.readCredentials() != null ? repository.readCredentials() : repository.credentials();
    }

    /** The key pair and passphrase themselves, for a tool. */
    public Keys keys(RepositorySpec repository) {
        Credentials credentials = credentials(repository);
        return new Keys(
                secrets.resolve(credentials.accessKey()),
                secrets.resolve(credentials.secretKey()),
                Optional.ofNullable(repository.encryption()).map(encryption -> secrets.resolve(encryption.passphrase())));
    }

    /** Secrets of a repository. */
    public record Keys(Secret accessKey, Secret secretKey, Optional<Secret> passphrase) {}
}
