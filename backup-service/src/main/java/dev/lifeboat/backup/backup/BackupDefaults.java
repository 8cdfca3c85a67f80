package dev.lifeboat.backup.backup;

import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.util.List;

/** What holds where a policy or a request says nothing. */
public final class BackupDefaults {
    private BackupDefaults() {}

    /**
     * The same policy with method's options filled in: a dump is of all databases, in custom format, by one job, with
     * full fingerprints; a physical backup begins with a fast checkpoint; a pgBackRest backup is full, by one process.
     */
    public static BackupPolicy fill(BackupPolicy p) {
        boolean dump = "dump".equals(p.method());
        boolean physical = "physical".equals(p.method());
        return new BackupPolicy(
                p.name(),
                p.method(),
                dump || physical ? null : or(p.type(), "full"),
                dump ? or(p.databases(), List.of()) : null,
                dump ? or(p.format(), "custom") : null,
                physical ? null : or(p.jobs(), 1),
                dump ? or(p.fingerprint(), "full") : null,
                p.schedule(),
                p.timeZone(),
                p.jitter(),
                p.misfire(),
                p.retention(),
                p.repository(),
                p.maxRate(),
                physical ? or(p.checkpoint(), "fast") : null);
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
