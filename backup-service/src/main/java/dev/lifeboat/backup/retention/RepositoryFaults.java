package dev.lifeboat.backup.retention;

import dev.lifeboat.schemas.Failure;
import java.util.Set;

/** Which failures are of a repository as a whole: then there is no use in trying its other backups too. */
final class RepositoryFaults {
    private static final Set<String> AWAY = Set.of(
            "store.unreachable",
            "store.timed-out",
            "store.unavailable",
            "store.slow-down",
            "store.tls-failed",
            "store.certificate-untrusted",
            "store.credentials-wrong",
            "store.clock-wrong",
            "store.region-wrong",
            "store.bucket-missing",
            "pgbackrest.repo-unreachable",
            "pgbackrest.repo-refused",
            "pgbackrest.certificate-untrusted",
            "pgbackrest.wrong-key",
            "pgbackrest.clock-skewed",
            "pgbackrest.bucket-missing",
            "pgbackrest.locked",
            Removing.NOT_DECLARED);

    private RepositoryFaults() {}

    static boolean away(Failure failure) {
        return AWAY.contains(failure.code()) || failure.code().startsWith("secret.");
    }
}
