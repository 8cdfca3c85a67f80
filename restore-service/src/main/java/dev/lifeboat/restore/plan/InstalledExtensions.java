package dev.lifeboat.restore.plan;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Extensions by the names of their files: {@code x.control}, {@code x--1.0.sql}, {@code x--1.0--1.1.sql}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/extend-extensions.html">Packaging related objects</a>
 */
final class InstalledExtensions {
    private static final String CONTROL = ".control";
    private static final String SCRIPT = ".sql";

    private InstalledExtensions() {}

    /** The versions that can be installed, or reached by an update, of each extension. */
    static Map<String, Set<String>> in(Collection<String> fileNames) {
        Map<String, Set<String>> versions = new HashMap<>();
        fileNames.stream()
                .filter(name -> name.endsWith(CONTROL) && !name.contains("--"))
                .forEach(name -> versions.put(name.substring(0, name.length() - CONTROL.length()), new TreeSet<>()));
        for (String name : fileNames) {
            int versionAt = name.lastIndexOf("--");
            if (name.endsWith(SCRIPT) && versionAt > 0) {
                Set<String> known = versions.get(name.substring(0, name.indexOf("--")));
                if (known != null) {
                    known.add(name.substring(versionAt + 2, name.length() - SCRIPT.length()));
                }
            }
        }
        return Map.copyOf(versions);
    }
}
