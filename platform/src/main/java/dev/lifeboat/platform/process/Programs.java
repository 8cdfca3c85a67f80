package dev.lifeboat.platform.process;

import dev.lifeboat.schemas.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Where programs lie. */
public final class Programs {
    /** Where Debian puts them, for a service that was started without a PATH worth the name. */
    static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Programs() {}

    /** The PATH that tools get: ours, then the usual folders. */
    static String path() {
        String ours = System.getenv("PATH");
        return ours == null || ours.isBlank() ? USUAL_PATH : ours;
    }

    /** An executable by absolute path, or by name in PATH and the usual folders. */
    public static Path find(String program) {
        return look(program)
                .orElseThrow(() -> new ProcessException(new Failure(
                        "process.program-missing",
                        "The program " + program + " is not there.",
                        "an executable file" + (program.contains("/") ? "" : " in PATH"),
                        "none",
                        "Install the package that brings it, or name its path in the configuration.")));
    }

    /** The same, empty when there is none. */
    public static Optional<Path> look(String program) {
        if (program.contains("/")) {
            return Optional.of(Path.of(program)).filter(Programs::isExecutable);
        }
        return Stream.concat(Arrays.stream(path().split(":", -1)), Arrays.stream(USUAL_PATH.split(":", -1)))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Programs::isExecutable)
                .findFirst();
    }

    private static boolean isExecutable(Path file) {
        return file.isAbsolute() && Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
