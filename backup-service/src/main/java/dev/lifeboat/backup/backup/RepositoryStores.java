package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Opens declared repositories with the credentials for writing; secrets are resolved each time and kept nowhere. */
@ApplicationScoped
public class RepositoryStores {
    private final ObjectStores stores;
    private final SecretReferences secrets;

    /** Resolves secrets by reference. */
    public RepositoryStores(ObjectStores stores, SecretReferences secrets) {
        this.stores = stores;
        this.secrets = secrets;
    }

    /**
     * The store; the caller closes it.
     *
     * @throws dev.lifeboat.platform.secrets.SecretException if a credential cannot be resolved
     */
    public ObjectStore open(RepositorySpec repository) {
        return stores.open(new S3Settings(
                URI.create(repository.endpoint()),
                repository.region(),
                repository.bucket(),
                repository.prefix() == null ? "" : repository.prefix(),
                secrets.resolve(repository.credentials().accessKey()).reveal(),
                secrets.resolve(repository.credentials().secretKey()),
                Optional.ofNullable(repository.caFile()).map(Path::of),
                Boolean.TRUE.equals(repository.pathStyle())));
    }
}
