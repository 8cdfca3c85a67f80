package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.problem.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.Set;
import java.util.stream.Collectors;

/** The methods that this service has. */
@ApplicationScoped
public class BackupMethods {
    private final Instance<BackupMethod> all;

    /** All beans that are a method. */
    public BackupMethods(@Any Instance<BackupMethod> all) {
        this.all = all;
    }

    /** Their names. */
    public Set<String> names() {
        return all.stream().map(BackupMethod::name).collect(Collectors.toSet());
    }

    /**
     * The method of that name.
     *
     * @throws Problem 404 if there is none: a row of a newer version of this service
     */
    public BackupMethod named(String name) {
        return all.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("backup method", name));
    }
}
