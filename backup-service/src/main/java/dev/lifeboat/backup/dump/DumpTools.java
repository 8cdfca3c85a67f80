package dev.lifeboat.backup.dump;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds PostgreSQL's client programs of a major version, where Debian's packages put them. */
final class DumpTools {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private DumpTools() {}

    /**
     * The folder of the programs of the server's own major version, else of the next newer one.
     *
     * @throws DumpFailure {@code dump.tool-missing} if all that is installed is older
     */
    static Path folder(int serverMajor) {
        List<Integer> installed = installed();
        return installed.stream()
                .filter(major -> major >= serverMajor)
                .findFirst()
                .map(major -> DEBIAN.resolve(major.toString()).resolve("bin"))
                .orElseThrow(() -> new DumpFailure(
                        new Failure(
                                "dump.tool-missing",
                                "There is no pg_dump here that is as new as the server.",
                                "pg_dump " + serverMajor + " or newer",
                                installed.isEmpty() ? "none" : "pg_dump " + installed,
                                "Install the Debian package postgresql-client-" + serverMajor
                                        + " (from apt.postgresql.org where Debian has it not)."),
                        false));
    }

    private static List<Integer> installed() {
        if (!Files.isDirectory(DEBIAN)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(DEBIAN)) {
            return folders.filter(folder -> Files.isExecutable(folder.resolve("bin/pg_dump")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches("\\d{2,3}"))
                    .map(Integer::valueOf)
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw DumpFaults.classify(unreadable);
        }
    }
}
