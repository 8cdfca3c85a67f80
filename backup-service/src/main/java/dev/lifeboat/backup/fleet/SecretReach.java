package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.util.Optional;

/** Asks whether a reference resolves, by resolving it and forgetting what came. */
final class SecretReach implements SecretShape.Resolvable {
    private final SecretReferences secrets;

    SecretReach(SecretReferences secrets) {
        this.secrets = secrets;
    }

    @Override
    public Optional<Failure> wrong(SecretRef reference) {
        try {
            secrets.resolve(reference);
            return Optional.empty();
        } catch (SecretException e) {
            return Optional.of(e.failure());
        }
    }
}
