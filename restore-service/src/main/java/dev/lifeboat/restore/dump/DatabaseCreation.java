package dev.lifeboat.restore.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How pg_restore is called for one database. It creates the database itself, with everything that the dump says about
 * it; those that each server has from the start are replaced, as {@code pg_dumpall} does.
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-pgrestore.html">pg_restore, --create</a>
 */
final class DatabaseCreation {
    private static final Set<String> THERE_FROM_THE_START = Set.of("postgres", "template1");

    private DatabaseCreation() {}

    /**
     * Arguments without the program and the archive.
     *
     * @param jobs parallel workers; 1 reads from a stream
     */
    static List<String> arguments(String database, int jobs) {
        List<String> arguments = new ArrayList<>(List.of("--create"));
        if (THERE_FROM_THE_START.contains(database)) {
            arguments.add("--clean");
            arguments.add("--if-exists");
        }
        if (jobs > 1) {
            arguments.add("--jobs=" + jobs);
        }
        // Only where it connects first; the name of the database itself comes out of the archive.
        arguments.add("--dbname=" + (database.equals("postgres") ? "template1" : "postgres"));
        return arguments;
    }

    /** In which order: what others may be made from comes last. */
    static int rank(String database) {
        return THERE_FROM_THE_START.contains(database) ? 1 : 0;
    }
}
