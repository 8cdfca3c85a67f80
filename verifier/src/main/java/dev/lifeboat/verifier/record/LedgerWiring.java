package dev.lifeboat.verifier.record;

import dev.lifeboat.verifier.ledger.Ledger;
import dev.lifeboat.verifier.ledger.SigningKeyFolder;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one ledger of this instance. Its key is opened at start: a service that cannot sign shall not look ready. */
@Dependent
final class LedgerWiring {

    @Produces
    @Singleton
    @Startup
    Ledger ledger(
            @ConfigProperty(name = "lifeboat.ledger.key-directory") Path keys,
            @ConfigProperty(name = "lifeboat.ledger.instance", defaultValue = "local") String instance,
            InstantSource clock) {
        return new Ledger(instance, new SigningKeyFolder(keys).open(), clock.withZone(ZoneOffset.UTC));
    }
}
