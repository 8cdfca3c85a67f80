package dev.lifeboat.restore.plan;

import dev.lifeboat.restore.plan.Preflight.Needs;
import dev.lifeboat.schemas.backup.Inventory;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Whether text sorts on the host as it does on the source: locales that are there, versions of their provider. */
record CollationPreflight(Needs needs, HostFacts host, Findings findings) {

    void check() {
        locales();
        collationVersions();
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
            findings.stop(
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
            findings.warn(
                    "plan.collation-version-differs",
                    "Text sorts by another version of glibc here than on the source"
                            + (needs.physical() ? ": indexes on text may be out of order." : "."),
                    String.join(", ", differing),
                    host.glibcVersion(),
                    needs.physical() ? "After a real recovery on such a host: REINDEX." : null);
        }
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
}
