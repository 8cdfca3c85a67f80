package dev.lifeboat.restore.plan;

import dev.lifeboat.restore.plan.Finding.Level;
import dev.lifeboat.restore.plan.HostFacts.InstalledServer;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    private final List<Finding> findings = new ArrayList<>();

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
            return manifest.method().equals("pgbackrest");
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
        preflight.server();
        preflight.disk();
        preflight.pgbackrest();
        preflight.backup();
        if (needs.inventory() != null) {
            preflight.architecture();
            preflight.locales();
            preflight.collationVersions();
            preflight.tablespaces();
        } else {
            preflight.warn(
                    "plan.inventory-missing",
                    "The backup has no inventory: what it needs cannot be compared with this host.",
                    "an inventory beside the backup",
                    "none",
                    "Take the next backup through Lifeboat.");
        }
        preflight.findings.sort((a, b) -> a.level().compareTo(b.level()));
        return List.copyOf(preflight.findings);
    }

    private void server() {
        int major = needs.manifest().majorVersion();
        InstalledServer server = host.servers().get(major);
        if (server == null) {
            stop(
                    "plan.server-version-missing",
                    "PostgreSQL " + major + " is not installed on this host.",
                    "PostgreSQL " + major + ", the version of the source",
                    host.servers().isEmpty()
                            ? "no PostgreSQL server"
                            : "PostgreSQL " + new TreeSet<>(host.servers().keySet()),
                    "Install postgresql-" + major + " on the host of restore-service.");
            return;
        }
        if (minor(server.version()) < minor(needs.manifest().serverVersion())) {
            warn(
                    "plan.server-minor-older",
                    "The sandbox's server is an older minor version than the source's.",
                    needs.manifest().serverVersion() + " or newer",
                    server.version(),
                    "Update PostgreSQL on the host of restore-service.");
        }
        if (needs.inventory() != null) {
            extensions(server);
            preloadLibraries(server);
        }
    }

    private void extensions(InstalledServer server) {
        for (Inventory.Database database : needs.inventory().databases()) {
            if (!needs.concerns(database) || database.extensions() == null) {
                continue;
            }
            for (Inventory.Extension extension : database.extensions()) {
                Set<String> versions = server.extensions().get(extension.name());
                String where = "Extension \"" + extension.name() + "\" of database \"" + database.name() + "\"";
                if (versions == null && PreloadLibraries.ACTING_BY_THEMSELVES.contains(extension.name())) {
                    warn(
                            "plan.extension-left-off",
                            where + " is not installed here and would be left off in a sandbox anyway.",
                            null,
                            null,
                            null);
                } else if (versions == null) {
                    stop(
                            "plan.extension-missing",
                            where + " is not installed on this host.",
                            extension.name() + " " + extension.version(),
                            "none",
                            "Install the package with this extension for PostgreSQL "
                                    + needs.manifest().majorVersion() + ".");
                } else if (!versions.contains(extension.version())) {
                    warn(
                            "plan.extension-version-differs",
                            where + " is there in other versions.",
                            extension.version(),
                            String.join(", ", new TreeSet<>(versions)),
                            "Install the same version if the checks depend on it.");
                }
            }
        }
    }

    private void preloadLibraries(InstalledServer server) {
        Map<String, String> settings = needs.inventory().settings();
        PreloadLibraries sorted = PreloadLibraries.sort(
                settings == null ? null : settings.get("shared_preload_libraries"), server.libraries());
        if (!sorted.leftOff().isEmpty()) {
            warn(
                    "plan.scheduler-left-off",
                    "Left off in the sandbox, because they would act by themselves: "
                            + String.join(", ", sorted.leftOff()) + ".",
                    null,
                    null,
                    null);
        }
        if (!sorted.missing().isEmpty()) {
            warn(
                    "plan.preload-library-missing",
                    "Libraries that the source preloads are not installed here; the sandbox starts without them.",
                    String.join(", ", sorted.missing()),
                    "none",
                    "Install them if the checks depend on them.");
        }
    }

    private void disk() {
        long wanted = needs.databaseBytes() + needs.databaseBytes() / 10 + needs.scratchBytes() + HEADROOM_BYTES;
        if (host.freeBytes() < wanted) {
            stop(
                    "plan.disk-too-small",
                    "The work folder has too little room for the restored copy.",
                    wanted + " bytes free",
                    host.freeBytes() + " bytes free",
                    "Make room, or move lifeboat.work-directory to a larger file system.");
        }
    }

    private void pgbackrest() {
        if (!needs.physical()) {
            return;
        }
        int major = needs.manifest().majorVersion();
        if (host.pgbackrestVersion() == null) {
            stop(
                    "plan.pgbackrest-missing",
                    "pgBackRest is not installed on this host.",
                    "pgBackRest " + PgBackRestSupport.firstFor(major) + " or newer",
                    "none",
                    "Install pgbackrest on the host of restore-service.");
        } else if (!PgBackRestSupport.knows(host.pgbackrestVersion(), major)) {
            stop(
                    "plan.pgbackrest-too-old",
                    "This pgBackRest does not know PostgreSQL " + major + ".",
                    "pgBackRest " + PgBackRestSupport.firstFor(major) + " or newer",
                    host.pgbackrestVersion(),
                    "Update pgbackrest on the host of restore-service.");
        }
        if (!needs.readCredentials()) {
            warn(
                    "plan.read-credentials-missing",
                    "The repository has no read-only credentials: the sandbox gets those that can write.",
                    "readCredentials",
                    "credentials",
                    "Declare readCredentials for the repository.");
        }
        if (needs.inventory() != null && Boolean.FALSE.equals(needs.inventory().dataChecksums())) {
            warn(
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
            warn(
                    "plan.backup-has-omissions",
                    "The backup was completed with omissions.",
                    "none",
                    String.join("; ", needs.manifest().omissions()),
                    "Give the backup's role what it lacks.");
        }
        if (Boolean.TRUE.equals(needs.manifest().globalsWithoutPasswords())) {
            warn(
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
            stop(
                    "plan.architecture-differs",
                    "Files of a server on another processor architecture cannot be read here.",
                    source,
                    host.architecture(),
                    "Run restore-service on a host with the source's architecture.");
        }
    }

    private void locales() {
        Set<String> known = new TreeSet<>();
        host.locales().forEach(locale -> known.add(normal(locale)));
        Set<String> missing = new TreeSet<>();
        for (Inventory.Database database : needs.inventory().databases()) {
            if (!needs.concerns(database)) {
                continue;
            }
            for (String wanted : new String[] {database.collate(), database.ctype()}) {
                if (wanted != null && !isBuiltIn(wanted) && !known.contains(normal(wanted))) {
                    missing.add(wanted);
                }
            }
        }
        if (!missing.isEmpty()) {
            stop(
                    "plan.locale-missing",
                    "Locales that the databases use are not installed on this host.",
                    String.join(", ", missing),
                    String.join(", ", host.locales()),
                    "Generate them (locale-gen) on the host of restore-service.");
        }
    }

    private void collationVersions() {
        if (host.glibcVersion() == null) {
            return;
        }
        Set<String> differing = new TreeSet<>();
        for (Inventory.Database database : needs.inventory().databases()) {
            boolean libc = database.localeProvider() == null
                    || database.localeProvider().equals("c")
                    || database.localeProvider().equals("libc");
            String version = database.actualCollationVersion();
            if (needs.concerns(database)
                    && libc
                    && version != null
                    && !isBuiltIn(database.collate())
                    && !version.equals(host.glibcVersion())) {
                differing.add(database.name() + ": " + version);
            }
        }
        if (!differing.isEmpty()) {
            warn(
                    "plan.collation-version-differs",
                    "Text sorts by another version of glibc here than on the source"
                            + (needs.physical() ? ": indexes on text may be out of order." : "."),
                    String.join(", ", differing),
                    host.glibcVersion(),
                    needs.physical() ? "After a real recovery on such a host: REINDEX." : null);
        }
    }

    private void tablespaces() {
        List<Inventory.Tablespace> tablespaces = needs.inventory().tablespaces();
        if (tablespaces != null && !tablespaces.isEmpty()) {
            warn(
                    "plan.tablespaces-rewritten",
                    tablespaces.size() + " tablespaces are put into the sandbox's own folder.",
                    null,
                    null,
                    null);
        }
    }

    private void stop(String code, String message, String expected, String found, String hint) {
        findings.add(new Finding(Level.STOP, code, message, expected, found, hint));
    }

    private void warn(String code, String message, String expected, String found, String hint) {
        findings.add(new Finding(Level.WARN, code, message, expected, found, hint));
    }

    private static boolean isBuiltIn(String locale) {
        return locale == null || locale.equals("C") || locale.equals("POSIX") || locale.equals("PG_UNICODE_FAST");
    }

    /** {@code en_US.UTF-8} and {@code en_US.utf8} are one locale to the C library. */
    private static String normal(String locale) {
        int dot = locale.indexOf('.');
        if (dot < 0) {
            return locale;
        }
        return locale.substring(0, dot) + "."
                + locale.substring(dot + 1).toLowerCase(Locale.ROOT).replace("-", "");
    }

    private static int minor(String version) {
        String[] parts = version == null ? new String[0] : version.split("[. ]", -1);
        try {
            return parts.length > 1 ? Integer.parseInt(parts[1]) : Integer.MAX_VALUE;
        } catch (NumberFormatException notANumber) {
            return Integer.MAX_VALUE;
        }
    }
}
