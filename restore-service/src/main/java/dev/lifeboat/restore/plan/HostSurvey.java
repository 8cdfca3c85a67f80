package dev.lifeboat.restore.plan;

import dev.lifeboat.platform.pgbackrest.PgBackRestVersion;
import dev.lifeboat.platform.process.ProcessException;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.restore.plan.HostFacts.InstalledServer;
import dev.lifeboat.restore.run.RecoverySettings;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxHost;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Looks at what this host offers for sandboxes; what is installed is looked up anew every minute. */
@ApplicationScoped
public class HostSurvey {
    private static final Path SERVERS = Path.of("/usr/lib/postgresql");
    private static final Path SHARED = Path.of("/usr/share/postgresql");
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ProcessRunner runner;
    private final RecoverySettings settings;
    private final InstantSource clock;
    private HostFacts known;
    private Instant knownAt = Instant.EPOCH;

    HostSurvey(ProcessRunner runner, RecoverySettings settings, InstantSource clock) {
        this.runner = runner;
        this.settings = settings;
        this.clock = clock;
    }

    /** The name of this host. */
    public String hostId() {
        return settings.hostId().orElseGet(() -> firstLine(Path.of("/proc/sys/kernel/hostname"), "localhost"));
    }

    /** This host, for a recovery that never got a sandbox. */
    public SandboxHost host() {
        return new SandboxHost(hostId(), Runtime.getRuntime().availableProcessors(), memoryBytes(), null);
    }

    /** What it offers now. */
    public synchronized HostFacts look() throws InterruptedException {
        if (known == null || clock.instant().isAfter(knownAt.plus(FRESH))) {
            known = survey();
            knownAt = clock.instant();
        }
        return new HostFacts(
                known.hostId(),
                known.servers(),
                known.locales(),
                known.glibcVersion(),
                known.architecture(),
                known.pgbackrestVersion(),
                freeBytes(),
                known.processors(),
                known.memoryBytes());
    }

    /** Programs are asked all at once: each answers in a fraction of a second, and a recovery waits for the last. */
    private HostFacts survey() throws InterruptedException {
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<String>> locales = beside.submit(() -> said("locale", "-a"));
            Future<Optional<String>> glibc = beside.submit(() -> said("getconf", "GNU_LIBC_VERSION"));
            Future<Optional<String>> pgbackrest = beside.submit(() -> said("pgbackrest", "version"));
            Map<Integer, Future<InstalledServer>> asked = new HashMap<>();
            for (Path folder : children(SERVERS)) {
                String name = folder.getFileName().toString();
                Path postgres = folder.resolve("bin/postgres");
                if (name.matches("\\d{1,3}") && Files.isExecutable(postgres)) {
                    asked.put(
                            Integer.valueOf(name), beside.submit(() -> server(folder, SHARED.resolve(name), postgres)));
                }
            }
            Map<Integer, InstalledServer> servers = new HashMap<>();
            for (Map.Entry<Integer, Future<InstalledServer>> each : asked.entrySet()) {
                servers.put(each.getKey(), result(each.getValue()));
            }
            return new HostFacts(
                    hostId(),
                    Map.copyOf(servers),
                    Set.copyOf(
                            result(locales).map(text -> text.lines().toList()).orElse(List.of())),
                    result(glibc).map(text -> text.replace("glibc", "").strip()).orElse(null),
                    architecture(),
                    result(pgbackrest).map(PgBackRestVersion::parse).orElse(null),
                    0,
                    Runtime.getRuntime().availableProcessors(),
                    memoryBytes());
        }
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private InstalledServer server(Path folder, Path shared, Path postgres) throws InterruptedException {
        // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
        String version = said(postgres.toString(), "--version")
                .map(text ->
                        text.replaceAll("^.*\\(PostgreSQL\\) (\\S+).*$", "$1").strip())
                .orElse("");
        Set<String> libraries = new HashSet<>();
        for (Path library : children(folder.resolve("lib"))) {
            String name = library.getFileName().toString();
            if (name.endsWith(".so")) {
                libraries.add(name.substring(0, name.length() - 3));
            }
        }
        return new InstalledServer(version, InstalledExtensions.in(names(shared.resolve("extension"))), libraries);
    }

    private static List<String> names(Path folder) {
        return children(folder).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    private Optional<String> said(String program, String argument) throws InterruptedException {
        try {
            ProcessResult result = runner.run(
                    ProcessSpec.of(program, argument).deadline(PATIENCE).stdout(new ProcessOutput.Text(1 << 20)));
            return result.succeeded() ? Optional.of(result.stdout().strip()) : Optional.empty();
        } catch (ProcessException missing) {
            return Optional.empty();
        }
    }

    private long freeBytes() {
        try {
            return Files.getFileStore(runner.work()).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static long memoryBytes() {
        String total = firstLine(Path.of("/proc/meminfo"), "");
        return total.matches("MemTotal: +\\d+ kB") ? Long.parseLong(total.replaceAll("\\D", "")) << 10 : 0;
    }

    private static String firstLine(Path file, String otherwise) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().map(String::strip).orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        } catch (NoSuchFileException | java.nio.file.NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
