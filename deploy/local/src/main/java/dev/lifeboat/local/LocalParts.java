package dev.lifeboat.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The real parts for a test: PostgreSQL, Kafka, and one or two S3 endpoints, on free ports and in a folder of their own, without the
 * services. They end with the JVM, however it ends, and leave nothing behind.
 *
 * <pre>{@code
 * LocalParts parts = LocalParts.shared();
 * LocalParts.Database database = parts.newDatabase("backup");
 * Map<String, String> kafka = parts.kafka().clientSettings("backup-service");
 * }</pre>
 */
public final class LocalParts implements AutoCloseable {
    /** The system property that names the folder of the shared parts, once they are started. */
    static final String SHARED = "lifeboat.local.parts";

    private static final String PREFIX = "lifeboat-parts-";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Everything about the parts; also written to their folder, for other class loaders of the JVM. */
    record Description(PostgresCluster.Spec postgres, KafkaBroker.Spec kafka, S3Endpoint.Spec east) {}

    private final Path folder;
    private final PostgresCluster postgres;
    private final KafkaBroker kafka;
    private final S3Endpoint east;
    private final boolean owned;

    private LocalParts(Path folder, Description description, boolean owned) {
        this.folder = folder;
        this.postgres = new PostgresCluster(description.postgres());
        this.kafka = new KafkaBroker(description.kafka());
        this.east = new S3Endpoint(description.east());
        this.owned = owned;
    }

    /**
     * The parts of this JVM, started at the first call; every class loader gets the same ones. They end with the JVM:
     * closing them does nothing.
     */
    public static LocalParts shared() {
        // An object that all class loaders share: Quarkus loads this class more than once in a test.
        synchronized (Runtime.getRuntime()) {
            String known = System.getProperty(SHARED);
            if (known != null) {
                return new LocalParts(Path.of(known), read(Path.of(known)), false);
            }
            LocalParts parts = start();
            System.setProperty(SHARED, parts.folder.toString());
            return new LocalParts(parts.folder, read(parts.folder), false);
        }
    }

    /** Parts of one's own, to be stopped by {@link #close()}, or by the end of the JVM. */
    public static LocalParts start() {
        Path root = Path.of(System.getProperty("java.io.tmpdir"));
        sweep(root);
        Path folder = create(root);
        LocalParts parts = new LocalParts(folder, describe(folder), true);
        Runtime.getRuntime().addShutdownHook(new Thread(parts::end, "lifeboat-parts-end"));
        try {
            together(parts.all(), part -> part.start(Lifetime.OF_THIS_JVM));
        } catch (RuntimeException e) {
            parts.end();
            throw e;
        }
        return parts;
    }

    /** The PostgreSQL cluster; durability is off (fsync), all else is as in production. */
    public PostgresCluster postgres() {
        return postgres;
    }

    /** The broker. */
    public KafkaBroker kafka() {
        return kafka;
    }

    /** The first region. */
    public S3Endpoint east() {
        return east;
    }

    /** The other region; few tests need it, and it is started when it is first asked for. */
    public S3Endpoint west() {
        synchronized (Runtime.getRuntime()) {
            return startedWest().orElseGet(() -> {
                S3Endpoint.Spec spec = region("west", folder);
                S3Endpoint west = new S3Endpoint(spec);
                west.start(Lifetime.OF_THIS_JVM);
                write(westFile(), spec);
                return west;
            });
        }
    }

    private Optional<S3Endpoint> startedWest() {
        return Files.exists(westFile())
                ? Optional.of(new S3Endpoint(read(westFile(), S3Endpoint.Spec.class)))
                : Optional.empty();
    }

    private Path westFile() {
        return folder.resolve("west.json");
    }

    /** A folder that the operating-system user of PostgreSQL can enter and that is gone with the parts. */
    public Path newFolder(String name) {
        try {
            Path work = Files.createTempDirectory(folder, name + "-");
            Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
            return work;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty database with a role of the same name that owns it. */
    public Database newDatabase(String prefix) {
        String name = prefix + "_" + Long.toHexString(System.nanoTime());
        String password = Secrets.random();
        postgres.ensureRole(name, password);
        postgres.ensureDatabase(name, name);
        return new Database(name, postgres.jdbcUrl(name), name, password);
    }

    /**
     * A database and the role that owns it.
     *
     * @param name of the database
     * @param jdbcUrl without user and password
     * @param user the role
     * @param password of the role
     */
    public record Database(String name, String jdbcUrl, String user, String password) {}

    /**
     * Another PostgreSQL cluster, not yet started, with its own folder and port: a sample to be backed up, to be killed. It
     * ends with the JVM once it was started with {@link Lifetime#OF_THIS_JVM}.
     */
    public PostgresCluster newPostgres(String name, Map<String, String> settings) {
        return new PostgresCluster(new PostgresCluster.Spec(
                name, newFolder(name), Ports.free(), Secrets.random(), withoutDurability(settings)));
    }

    @Override
    public void close() {
        if (owned) {
            end();
        }
    }

    private List<Part> all() {
        return List.of(postgres, kafka, east);
    }

    private synchronized void end() {
        together(
                Stream.concat(all().stream(), startedWest().stream())
                        .<Part>map(part -> part)
                        .toList(),
                Part::kill);
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            // A server of a test's own may still be writing there; the next JVM that starts parts sweeps it.
            System.err.println("lifeboat: left " + folder + ": " + e);
        }
    }

    private static Description describe(Path folder) {
        Map<String, String> passwords = new LinkedHashMap<>();
        Stream.concat(KafkaTopics.SERVICES.stream(), Stream.of(KafkaTopics.ADMIN))
                .forEach(principal -> passwords.put(principal, Secrets.random()));
        Description description = new Description(
                new PostgresCluster.Spec(
                        "postgres", folder.resolve("pg"), Ports.free(), Secrets.random(), withoutDurability(Map.of())),
                new KafkaBroker.Spec("kafka", folder.resolve("kafka"), Ports.free(), Ports.free(), passwords),
                region("east", folder));
        write(folder.resolve("parts.json"), description);
        return description;
    }

    private static S3Endpoint.Spec region(String name, Path folder) {
        return new S3Endpoint.Spec(
                "s3-" + name,
                name,
                folder.resolve("s3-" + name),
                Ports.free(),
                "lifeboat-" + name,
                "test-" + name,
                Secrets.random());
    }

    private static Map<String, String> withoutDurability(Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("fsync", "off", "synchronous_commit", "off"));
        all.putAll(settings);
        return all;
    }

    private static Description read(Path folder) {
        return read(folder.resolve("parts.json"), Description.class);
    }

    private static <T> T read(Path file, Class<T> type) {
        try {
            return JSON.readValue(file.toFile(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, Object described) {
        try {
            Secrets.write(file, JSON.writeValueAsString(described));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path create(Path root) {
        try {
            Path folder = Files.createTempDirectory(root, PREFIX);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(
                    folder.resolve("owner"), ProcessIdentity.ofThisJvm().toString());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what JVMs that were killed left: their servers are gone already, their folders are not. */
    private static void sweep(Path root) {
        try (Stream<Path> folders = Files.list(root)) {
            folders.filter(folder -> folder.getFileName().toString().startsWith(PREFIX))
                    .filter(LocalParts::abandoned)
                    .forEach(folder -> {
                        try {
                            Folders.delete(folder);
                        } catch (IOException e) {
                            System.err.println("lifeboat: cannot remove " + folder + ": " + e);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean abandoned(Path folder) {
        try {
            return ProcessIdentity.parse(Files.readString(folder.resolve("owner")))
                    .filter(owner -> !owner.alive())
                    .isPresent();
        } catch (IOException notYetWritten) {
            return false;
        }
    }

    private static void together(List<Part> parts, java.util.function.Consumer<Part> action) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> running = parts.stream()
                    .map(part -> CompletableFuture.runAsync(() -> action.accept(part), threads))
                    .toList();
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof LocalStackException cause ? cause : e;
        }
    }
}
