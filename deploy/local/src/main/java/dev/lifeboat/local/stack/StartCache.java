package dev.lifeboat.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a JVM learned in a run that was stopped in good order, so that the next one starts in half the time: classes already
 * loaded and linked (JDK 25 and newer), or at least parsed (before). A file that does not fit the JDK or the program is
 * ignored by the JVM.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514</a>
 * @see <a href="https://openjdk.org/jeps/350">JEP 350</a>
 */
final class StartCache {
    /** The first JDK that records and assembles in one run. */
    private static final int ONE_STEP = 25;

    private StartCache() {}

    /**
     * The options of a JVM that uses the cache; where there is none yet, they make it write one when it ends, which takes
     * some seconds more.
     *
     * @param folder where it is kept
     * @param program the jar that is run: a cache older than it is thrown away
     * @param jdk the JVM's release, such as 25
     */
    static List<String> options(Path folder, Path program, int jdk) {
        if (jdk < ONE_STEP) {
            return List.of(
                    "-Xshare:auto",
                    "-Xlog:cds=off",
                    "-Xlog:cds+dynamic=off",
                    "-XX:+AutoCreateSharedArchive",
                    "-XX:SharedArchiveFile=" + folder.resolve("classes-" + jdk + ".jsa"));
        }
        Path cache = folder.resolve("classes-" + jdk + ".aot");
        return List.of(
                "-Xlog:aot=off",
                "-Xlog:cds=off",
                (fresh(cache, program) ? "-XX:AOTCache=" : "-XX:AOTCacheOutput=") + cache);
    }

    private static boolean fresh(Path cache, Path program) {
        try {
            if (!Files.exists(cache)) {
                return false;
            }
            if (Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(program)) > 0) {
                return true;
            }
            Files.delete(cache);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
