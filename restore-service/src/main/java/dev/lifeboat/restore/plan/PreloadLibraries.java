package dev.lifeboat.restore.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The source's {@code shared_preload_libraries}, sorted for a sandbox: schedulers, replicators and whatever else would act
 * on the world by itself stay off, what is not installed is left out.
 *
 * @param kept in the source's order
 * @param leftOff on purpose
 * @param missing here
 */
public record PreloadLibraries(List<String> kept, List<String> leftOff, List<String> missing) {
    /** They begin to work by themselves once the server is up: run jobs, call out, replicate, register somewhere. */
    public static final Set<String> ACTING_BY_THEMSELVES = Set.of(
            "pg_cron",
            "pg_partman_bgw",
            "pg_timetable",
            "pg_net",
            "pg_squeeze",
            "pglogical",
            "bdr",
            "spock",
            "pgactive",
            "pg_failover_slots",
            "repmgr");

    /** Sorts the value of the setting; an absent one is empty. */
    public static PreloadLibraries sort(String setting, Set<String> installed) {
        List<String> kept = new ArrayList<>();
        List<String> leftOff = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String entry : setting == null ? new String[0] : setting.split(",", -1)) {
            String name = plain(entry);
            if (name.isEmpty()) {
                continue;
            }
            if (ACTING_BY_THEMSELVES.contains(name)) {
                leftOff.add(name);
            } else if (installed.contains(name)) {
                kept.add(name);
            } else {
                missing.add(name);
            }
        }
        return new PreloadLibraries(kept, leftOff, missing);
    }

    /** {@code '$libdir/pg_cron.so'} is {@code pg_cron}. */
    private static String plain(String entry) {
        String name = entry.strip().replace("\"", "").replace("'", "");
        name = name.substring(name.lastIndexOf('/') + 1);
        return name.endsWith(".so") ? name.substring(0, name.length() - 3) : name;
    }
}
