package dev.lifeboat.local.stack;

import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.PostgresPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The programs of the system that Lifeboat calls, each with the Debian package that brings it. */
public final class Tools {
    /** What is needed to run a stack. */
    static final List<Tool> NEEDED = List.of(
            new Tool("postgres", "postgresql-15", true),
            new Tool("initdb", "postgresql-15", true),
            new Tool("pg_dump", "postgresql-15", true),
            new Tool("pg_amcheck", "postgresql-15", true),
            new Tool("pgbackrest", "pgbackrest", false),
            new Tool("zstd", "zstd", false),
            new Tool("setsid", "util-linux", false),
            new Tool("setpriv", "util-linux", false));

    private Tools() {}

    /**
     * A program.
     *
     * @param name its name
     * @param debianPackage what to install
     * @param postgres whether it lies among PostgreSQL's server programs, outside the PATH
     */
    record Tool(String name, String debianPackage, boolean postgres) {
        Optional<Path> found() {
            Stream<Path> folders = postgres
                    ? PostgresPrograms.installed().stream()
                    : Stream.of(System.getenv()
                                    .getOrDefault("PATH", "/usr/bin:/bin")
                                    .split(":"))
                            .map(Path::of);
            return folders.map(folder -> folder.resolve(name))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }

    /**
     * Refuses to go on without one of them.
     *
     * @throws LocalStackException {@code tool-missing}, naming all that are missing and what to install
     */
    public static void require() {
        List<Tool> missing =
                NEEDED.stream().filter(tool -> tool.found().isEmpty()).toList();
        if (!missing.isEmpty()) {
            throw new LocalStackException(
                    "tool-missing",
                    "these programs: " + missing.stream().map(Tool::name).collect(Collectors.joining(", ")),
                    "not installed",
                    "run 'make setup', or as root: apt-get install "
                            + missing.stream()
                                    .map(Tool::debianPackage)
                                    .distinct()
                                    .collect(Collectors.joining(" ")));
        }
    }
}
