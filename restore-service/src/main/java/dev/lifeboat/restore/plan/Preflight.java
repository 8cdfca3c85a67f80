package dev.lifeboat.restore.plan;

import dev.lifeboat.platform.pgbackrest.PgBackRestVersion;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares what a backup needs with what a host offers. Decides nothing by guess: what cannot be told is no finding. What
 * stops is the host's lack, never a judgement on the backup.
 */
public final class Preflight {
    /** Beside the data: WAL of the restore, temporary files of index builds. */
    static final long HEADROOM_BYTES = 512L << 20;

    private final Needs needs;
    private final HostFacts host;
    private final Findings findings = new Findings();

    private Preflight(Needs needs, HostFacts host) {
        this.needs = needs;
        this.host = host;
    }

    /**
     * What is to be restored.
     *
     * @param inventory of the source when the backup was taken; null when the backup has none
     * @param scratchBytes room for files that are downloaded before they are restored
     * @param databaseBytes size of the databases on the source
     * @param readCredentials whether the repository has credentials that can only read
     */
    public record Needs(
            BackupManifest manifest,
            Inventory inventory,
            long databaseBytes,
            long scratchBytes,
            boolean readCredentials) {
        boolean physical() {
            return !manifest.method().equals("dump");
        }

        Set<String> databases() {
            Set<String> names = new TreeSet<>();
            if (manifest.databases() != null) {
                manifest.databases().forEach(database -> names.add(database.name()));
            }
            return names;
        }

        boolean concerns(Inventory.Database database) {
            return physical() || databases().contains(database.name());
        }
    }

    /** All findings, those that stop first. */
    public static List<Finding> check(Needs needs, HostFacts host) {
        Preflight preflight = new Preflight(needs, host);
        new ServerPreflight(needs, host, preflight.findings).check();
        preflight.disk();
        preflight.pgbackrest();
        preflight.backup();
        if (needs.inventory() != null) {
            preflight.architecture();
            new CollationPreflight(needs, host, preflight.findings).check();
            preflight.tablespaces();
        } else {
            preflight.findings.warn(
                    "plan.inventory-missing",
                    "The backup has no inventory: what it needs cannot be compared with this host.",
                    "an inventory beside the backup",
                    "none",
                    "Take the next backup through Lifeboat.");
        }
        return preflight.findings.sorted();
    }

    private void disk() {
        long wanted = needs.databaseBytes() + needs.databaseBytes() / 10 + needs.scratchBytes() + HEADROOM_BYTES;
        if (host.freeBytes() < wanted) {
            findings.stop(
                    "plan.disk-too-small",
                    "The work folder has too little room for the restored copy.",
                    wanted + " bytes free",
                    host.freeBytes() + " bytes free",
                    "Make room, or move lifeboat.work-directory to a larger file system.");
        }
    }

    private void pgbackrest() {
        if (!needs.manifest().method().equals("pgbackrest")) {
            return;
        }
        int major = needs.manifest().majorVersion();
        if (host.pgbackrestVersion() == null) {
            findings.stop(
                    "plan.pgbackrest-missing",
                    "pgBackRest is not installed on this host.",
                    PgBackRestVersion.firstFor(major),
                    "none",
                    "Install pgbackrest on the host of restore-service.");
        } else if (!host.pgbackrestVersion().knows(major)) {
            findings.stop(
                    "plan.pgbackrest-too-old",
                    "This pgBackRest does not know PostgreSQL " + major + ".",
                    PgBackRestVersion.firstFor(major),
                    host.pgbackrestVersion().toString(),
                    "Update pgbackrest on the host of restore-service.");
        }
        if (!needs.readCredentials()) {
            findings.warn(
                    "plan.read-credentials-missing",
                    "The repository has no read-only credentials: the sandbox gets those that can write.",
                    "readCredentials",
                    "credentials",
                    "Declare readCredentials for the repository.");
        }
        if (needs.inventory() != null && Boolean.FALSE.equals(needs.inventory().dataChecksums())) {
            findings.warn(
                    "plan.page-checksums-off",
                    "The source has no page checksums: damaged pages cannot be noticed by them.",
                    "data_checksums = on",
                    "off",
                    "Enable them with pg_checksums on the stopped source.");
        }
    }

    private void backup() {
        if (needs.manifest().omissions() != null
                && !needs.manifest().omissions().isEmpty()) {
            findings.warn(
                    "plan.backup-has-omissions",
                    "The backup was completed with omissions.",
                    "none",
                    String.join("; ", needs.manifest().omissions()),
                    "Give the backup's role what it lacks.");
        }
        if (Boolean.TRUE.equals(needs.manifest().globalsWithoutPasswords())) {
            findings.warn(
                    "plan.roles-without-passwords",
                    "The roles were saved without their passwords.",
                    "a role that may read pg_authid",
                    "refused",
                    "Keep the passwords elsewhere: after a real recovery nobody could log in with one.");
        }
    }

    private void architecture() {
        String source = needs.inventory().architecture();
        if (needs.physical() && source != null && host.architecture() != null && !source.equals(host.architecture())) {
            findings.stop(
                    "plan.architecture-differs",
                    "Files of a server on another processor architecture cannot be read here.",
                    source,
                    host.architecture(),
                    "Run restore-service on a host with the source's architecture.");
        }
    }

    private void tablespaces() {
        List<Inventory.Tablespace> tablespaces = needs.inventory().tablespaces();
        if (tablespaces != null && !tablespaces.isEmpty()) {
            findings.warn(
                    "plan.tablespaces-rewritten",
                    tablespaces.size() + " tablespaces are put into the sandbox's own folder.",
                    null,
                    null,
                    null);
        }
    }
}
