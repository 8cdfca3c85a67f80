package dev.lifeboat.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The class path of a server that runs in a JVM of its own. The build lists its jars by their place in Maven's local
 * repository ({@code deploy/local/kafka} and {@code s3}); here that repository is found again, wherever the caller's code
 * came from. {@code -Dlifeboat.local.libs=DIR} takes all jars of {@code DIR/kafka} and {@code DIR/s3} instead.
 */
final class ClassPath {
    private static final String REPOSITORY = "$M2";

    private ClassPath() {}

    /**
     * The jars of a server, joined for {@code java -cp}.
     *
     * @param server {@code kafka} or {@code s3}
     * @throws LocalStackException if a jar is not there
     */
    static String of(String server) {
        String libs = System.getProperty("lifeboat.local.libs", System.getenv("LIFEBOAT_LOCAL_LIBS"));
        if (libs != null) {
            return Path.of(libs, server, "*").toString();
        }
        String listing = listing(server);
        List<String> missing = new ArrayList<>();
        for (Path repository : repositories()) {
            String classPath = listing.replace(REPOSITORY, repository.toString());
            List<String> absent = Stream.of(classPath.split(":"))
                    .filter(jar -> !Files.isRegularFile(Path.of(jar)))
                    .toList();
            if (absent.isEmpty()) {
                return classPath;
            }
            missing.addAll(absent);
        }
        throw new LocalStackException(
                "jars-missing",
                "the jars of the " + server + " server in Maven's local repository",
                missing.size() + " are missing, such as " + missing.getFirst(),
                "run 'mvn -pl deploy/local/kafka,deploy/local/s3 process-resources' (make build does)");
    }

    private static String listing(String server) {
        try (InputStream in = ClassPath.class.getResourceAsStream(server + ".classpath")) {
            if (in == null) {
                throw new LocalStackException(
                        "jars-missing",
                        "the list of jars of the " + server + " server on the class path",
                        "none",
                        "build the module deploy/local/" + server);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a repository may be: as Maven was told, where a jar of ours was loaded from, and Maven's default. */
    private static List<Path> repositories() {
        return Stream.of(
                        Optional.ofNullable(System.getProperty("maven.repo.local"))
                                .map(Path::of),
                        repositoryOf(com.fasterxml.jackson.databind.ObjectMapper.class),
                        Optional.of(Path.of(System.getProperty("user.home"), ".m2", "repository")))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /** {@code <repository>/com/fasterxml/jackson/core/jackson-databind/<version>/<jar>}: seven levels up. */
    private static Optional<Path> repositoryOf(Class<?> type) {
        try {
            var source = type.getProtectionDomain().getCodeSource();
            if (source == null || !Objects.equals(source.getLocation().getProtocol(), "file")) {
                return Optional.empty();
            }
            Path path = Path.of(source.getLocation().toURI());
            for (int level = 0; level < 7 && path != null; level++) {
                path = path.getParent();
            }
            return Optional.ofNullable(path);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
