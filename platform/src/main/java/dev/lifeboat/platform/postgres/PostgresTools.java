package dev.lifeboat.platform.postgres;

import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.process.Programs;
import dev.lifeboat.schemas.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's own programs, of the major version that is asked for: in Debian's folder for that version first, then in
 * PATH if the one there is of that version. What a program is, it says itself ({@code --version}).
 */
public final class PostgresTools {
    /** Where Debian and Ubuntu put each major version. */
    public static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(?:\\.(\\d+))?");
    private static final Set<String> CLIENT_PROGRAMS = Set.of(
            "pg_dump",
            "pg_dumpall",
            "pg_restore",
            "psql",
            "pg_basebackup",
            "pg_receivewal",
            "pg_isready",
            "pg_verifybackup",
            "pg_amcheck",
            "vacuumdb",
            "reindexdb");

    private final ProcessRunner runner;
    private final Path installations;
    private final Map<Path, Version> versions = new ConcurrentHashMap<>();

    /**
     * A version of a program.
     *
     * @param major e.g. 15
     * @param minor e.g. 14; 0 for a version that is not released yet
     */
    public record Version(int major, int minor) {

        /** What {@code --version} says, e.g. {@code pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)}. */
        public static Optional<Version> parse(String said) {
            Matcher matcher = VERSION.matcher(said);
            return matcher.find()
                    ? Optional.of(new Version(
                            Integer.parseInt(matcher.group(1)),
                            matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2))))
                    : Optional.empty();
        }
    }

    /**
     * @param installations folder with a folder for each major version; usually {@link #DEBIAN}
     */
    public PostgresTools(ProcessRunner runner, Path installations) {
        this.runner = runner;
        this.installations = installations;
    }

    /**
     * The program of that major version.
     *
     * @throws PostgresException {@code postgres.program-missing}, naming Debian's package
     */
    public Path find(String program, int major) throws InterruptedException {
        Path debian =
                installations.resolve(Integer.toString(major)).resolve("bin").resolve(program);
        if (Files.isExecutable(debian)) {
            return debian;
        }
        Optional<Path> inPath = Programs.look(program);
        Optional<Version> found = Optional.empty();
        if (inPath.isPresent()) {
            found = Optional.of(version(inPath.get()));
            if (found.get().major() == major) {
                return inPath.get();
            }
        }
        String whichPackage = (CLIENT_PROGRAMS.contains(program) ? "postgresql-client-" : "postgresql-") + major;
        throw new PostgresException(
                "Looking for " + program,
                PostgresFault.fatal(
                        "postgres.program-missing",
                        "The program " + program + " of PostgreSQL " + major + " is not installed.",
                        debian + ", or version " + major + " in PATH",
                        found.map(version -> "version " + version.major() + " at " + inPath.get())
                                .orElse("none"),
                        "Install Debian's package " + whichPackage
                                + " (from apt.postgresql.org if the distribution does not have it)."),
                null);
    }

    /** The program of that major version or, where that is not installed, of the next newer one that is. */
    public Path findAtLeast(String program, int major) throws InterruptedException {
        Map<Integer, PostgresException> tried = new LinkedHashMap<>();
        for (int candidate = major; candidate <= major + 10; candidate++) {
            try {
                return find(program, candidate);
            } catch (PostgresException e) {
                tried.put(candidate, e);
            }
        }
        throw tried.get(major);
    }

    /** What version a program says that it is. Asked once for each. */
    public Version version(Path program) throws InterruptedException {
        Version known = versions.get(program);
        if (known != null) {
            return known;
        }
        String said = runner.run(ProcessSpec.of(program.toString(), "--version")
                        .deadline(Duration.ofSeconds(30))
                        .stdout(new ProcessOutput.Text(4096)))
                .requireSuccess()
                .stdout()
                .strip();
        Version version = Version.parse(said)
                .orElseThrow(() -> new PostgresException(
                        "Asking " + program + " for its version",
                        new PostgresFault(
                                false,
                                new Failure(
                                        "postgres.program-strange",
                                        program + " is not a program of PostgreSQL.",
                                        "(PostgreSQL) and a version",
                                        said,
                                        "Look at what was installed there.")),
                        null));
        versions.put(program, version);
        return version;
    }
}
