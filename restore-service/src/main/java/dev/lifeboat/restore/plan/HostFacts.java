package dev.lifeboat.restore.plan;

import dev.lifeboat.platform.pgbackrest.PgBackRestVersion;
import java.util.Map;
import java.util.Set;

/**
 * What the host offers on which the sandbox would run.
 *
 * @param hostId stable name of this host
 * @param servers installed PostgreSQL servers by major version
 * @param locales as {@code locale -a} lists them
 * @param glibcVersion e.g. 2.36; null where it cannot be told
 * @param architecture of the processor, as {@code uname -m} says
 * @param pgbackrestVersion null when it is not installed
 * @param freeBytes in the file system of the work folder
 */
public record HostFacts(
        String hostId,
        Map<Integer, InstalledServer> servers,
        Set<String> locales,
        String glibcVersion,
        String architecture,
        PgBackRestVersion pgbackrestVersion,
        long freeBytes,
        int processors,
        long memoryBytes) {

    /**
     * An installed server.
     *
     * @param version e.g. 15.18
     * @param extensions versions that can be installed, by name
     * @param libraries names that {@code shared_preload_libraries} may hold
     */
    public record InstalledServer(String version, Map<String, Set<String>> extensions, Set<String> libraries) {}
}
