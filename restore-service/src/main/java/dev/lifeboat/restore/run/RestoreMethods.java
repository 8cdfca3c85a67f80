package dev.lifeboat.restore.run;

import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.schemas.Failure;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;

/** The methods that this service can restore. */
@ApplicationScoped
public class RestoreMethods {
    private final List<RestoreMethod> methods;

    RestoreMethods(@All List<RestoreMethod> methods) {
        this.methods = methods;
    }

    /** The method of that name. */
    public RestoreMethod of(String name) {
        return methods.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> NotCarriedOut.forGood(new Failure(
                        "backup.method-unknown",
                        "Backups of this method cannot be restored here.",
                        methods.stream().map(RestoreMethod::name).sorted().collect(Collectors.joining(" or ")),
                        name,
                        "Upgrade restore-service.")));
    }
}
