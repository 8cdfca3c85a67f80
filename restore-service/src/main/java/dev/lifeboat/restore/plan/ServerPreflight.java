package dev.lifeboat.restore.plan;

import dev.lifeboat.restore.plan.HostFacts.InstalledServer;
import dev.lifeboat.restore.plan.Preflight.Needs;
import dev.lifeboat.schemas.backup.Inventory;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether the host has a server for the backup: its major version, its extensions, the libraries that it preloads. */
record ServerPreflight(Needs needs, HostFacts host, Findings findings) {

    void check() {
        int major = needs.manifest().majorVersion();
        InstalledServer server = host.servers().get(major);
        if (server == null) {
            findings.stop(
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
            findings.warn(
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
                    findings.warn(
                            "plan.extension-left-off",
                            where + " is not installed here and would be left off in a sandbox anyway.",
                            null,
                            null,
                            null);
                } else if (versions == null) {
                    findings.stop(
                            "plan.extension-missing",
                            where + " is not installed on this host.",
                            extension.name() + " " + extension.version(),
                            "none",
                            "Install the package with this extension for PostgreSQL "
                                    + needs.manifest().majorVersion() + ".");
                } else if (!versions.contains(extension.version())) {
                    findings.warn(
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
            findings.warn(
                    "plan.scheduler-left-off",
                    "Left off in the sandbox, because they would act by themselves: "
                            + String.join(", ", sorted.leftOff()) + ".",
                    null,
                    null,
                    null);
        }
        if (!sorted.missing().isEmpty()) {
            findings.warn(
                    "plan.preload-library-missing",
                    "Libraries that the source preloads are not installed here; the sandbox starts without them.",
                    String.join(", ", sorted.missing()),
                    "none",
                    "Install them if the checks depend on them.");
        }
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
