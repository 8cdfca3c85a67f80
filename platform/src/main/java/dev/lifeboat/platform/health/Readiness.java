package dev.lifeboat.platform.health;

import dev.lifeboat.schemas.Failure;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Says what is missing in the same words as a problem does. */
public final class Readiness {
    private Readiness() {}

    /**
     * Up, or down with the failure.
     *
     * @param name of what is looked at
     */
    public static HealthCheckResponse of(String name, Optional<Failure> missing) {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named(name).status(missing.isEmpty());
        missing.ifPresent(failure -> {
            answer.withData("code", failure.code()).withData("message", failure.message());
            with(answer, "expected", failure.expected());
            with(answer, "found", failure.found());
            with(answer, "hint", failure.hint());
        });
        return answer.build();
    }

    private static void with(HealthCheckResponseBuilder answer, String key, String value) {
        if (value != null) {
            answer.withData(key, value);
        }
    }
}
