package dev.lifeboat.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where PostgreSQL's server programs lie; Debian keeps them out of the PATH, one folder for each major version. */
public final class PostgresPrograms {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private PostgresPrograms() {}

    /**
     * The folder of the server programs: {@code LIFEBOAT_POSTGRES_BIN} if set, else version 15's, else the newest one.
     *
     * @throws LocalStackException {@code tool-missing}, naming the Debian package
     */
    public static Path folder() {
        String chosen = System.getProperty("lifeboat.postgres.bin", System.getenv("LIFEBOAT_POSTGRES_BIN"));
        if (chosen != null) {
            return Path.of(chosen);
        }
        return Stream.concat(Stream.of(DEBIAN.resolve("15/bin")), versions().stream())
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                .findFirst()
                .orElseThrow(() -> new LocalStackException(
                        "tool-missing",
                        "PostgreSQL's server programs (initdb, postgres) in " + DEBIAN + "/15/bin",
                        "none",
                        "run 'make setup', or: apt-get install postgresql-15"));
    }

    /** The full path of one program. */
    public static String program(String name) {
        return folder().resolve(name).toString();
    }

    /** Whether there are any server programs. */
    public static Optional<Path> installed() {
        try {
            return Optional.of(folder());
        } catch (LocalStackException missing) {
            return Optional.empty();
        }
    }

    private static List<Path> versions() {
        try (Stream<Path> folders = Files.list(DEBIAN)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("\\d+"))
                    .sorted(Comparator.comparingInt((Path folder) ->
                                    Integer.parseInt(folder.getFileName().toString()))
                            .reversed())
                    .map(folder -> folder.resolve("bin"))
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
