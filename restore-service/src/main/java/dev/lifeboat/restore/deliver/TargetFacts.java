package dev.lifeboat.restore.deliver;

import java.util.Map;
import java.util.Set;

/**
 * What the server says of itself before anything is made there.
 *
 * @param givable roles that ours may hand objects over to
 * @param extensions versions that can be installed, by name
 */
record TargetFacts(
        String role,
        int majorVersion,
        String version,
        boolean inRecovery,
        boolean superuser,
        boolean createsDatabases,
        Set<String> databases,
        Set<String> roles,
        Set<String> givable,
        Set<String> tablespaces,
        Map<String, Set<String>> extensions) {}
