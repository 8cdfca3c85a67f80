package dev.lifeboat.platform.process;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Starts servers that survive a restart of this service and end with their lease, whoever crashes: each under a launcher
 * of its own that watches a lease file, stops the server when that has passed, and removes the server's folder. What is
 * known about them lies in a folder, so any later instance on this host knows them too.
 */
public final class SandboxLauncher {
    private static final String RECORD = ".sandbox";
    private static final String LEASE = ".lease";
    private static final Duration START = Duration.ofSeconds(20);

    private final Path records;
    private final List<Path> roots;
    private final Launchers launchers;
    private final Duration poll;

    /**
     * @param work folder of this service, kept over restarts; created when it is not there
     * @param roots folders that sandboxes lie in: nothing outside of them is ever removed; they exist
     * @param poll how often a launcher looks at its lease
     */
    public SandboxLauncher(Path work, List<Path> roots, Duration poll) {
        try {
            Path real = Launchers.privateFolder(work.toAbsolutePath()).toRealPath();
            this.records = Launchers.privateFolder(real.resolve("sandboxes"));
            List<Path> known = new ArrayList<>();
            for (Path root : roots) {
                known.add(root.toRealPath());
            }
            this.roots = List.copyOf(known);
            this.launchers = Launchers.unpackInto(real);
        } catch (IOException e) {
            throw new ProcessException(
                    new Failure(
                            "process.work-folder",
                            "The folders for sandboxes cannot be used.",
                            "a work folder that the service may write, and existing roots " + roots,
                            e.toString(),
                            "Create them, owned by the service's user."),
                    e);
        }
        this.poll = poll;
    }

    /**
     * Starts a server and returns once its launcher has written it down. That it accepts connections is the caller's to
     * see.
     */
    public SandboxRecord start(SandboxSpec spec) throws InterruptedException {
        Path program = Programs.find(spec.process().command().getFirst());
        ProcessRunner.refuseSecretsIn(spec.process());
        requireSandboxFolder(spec.folder());
        if (find(spec.name()).isPresent()) {
            throw new IllegalStateException("there is a sandbox " + spec.name() + " already");
        }
        OsUser user = spec.process().user().map(OsUser::named).orElseGet(OsUser::current);
        var command = new ArrayList<>(user.commandPrefix());
        command.add(program.toString());
        command.addAll(
                spec.process().command().subList(1, spec.process().command().size()));
        try {
            writeLease(spec.name(), spec.leaseUntil());
            Process launcher = launch(spec.name(), spec.folder(), spec.signals(), "-", command, builder -> {
                builder.directory(
                        spec.process().directory().orElse(Path.of("/")).toFile());
                builder.redirectOutput(
                        ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
                ProcessRunner.setEnvironment(builder.environment(), spec.process(), user);
            });
            if (!until(START, () -> find(spec.name()).isPresent() || !launcher.isAlive())
                    || find(spec.name()).isEmpty()) {
                launcher.destroyForcibly();
                Files.deleteIfExists(leaseOf(spec.name()));
                throw notStarted(spec.name(), "the launcher wrote nothing down", null);
            }
            return find(spec.name()).orElseThrow();
        } catch (IOException e) {
            throw notStarted(spec.name(), e.toString(), e);
        }
    }

    /**
     * Watches over a server whose launcher was killed: by a new one, that ends it when its lease has passed.
     *
     * @return false when there is nothing to adopt, or somebody watches already
     */
    public boolean adopt(String name) throws InterruptedException {
        Optional<SandboxRecord> known = find(name);
        if (known.isEmpty()
                || known.get().launcher().isAlive()
                || !isSandboxFolder(known.get().folder())) {
            return false;
        }
        SandboxRecord orphan = known.get();
        String server = orphan.server().pid() + " " + orphan.server().startTicks() + " " + orphan.session();
        try {
            launch(
                    name,
                    orphan.folder(),
                    orphan.signals(),
                    server,
                    List.of("/bin/true"),
                    builder -> builder.redirectOutput(ProcessBuilder.Redirect.DISCARD));
        } catch (IOException e) {
            throw notStarted(name, e.toString(), e);
        }
        // With a lease that has passed it may be gone before it is seen.
        return until(
                START,
                () -> find(name).map(record -> record.launcher().isAlive()).orElse(true));
    }

    /** Sets when the lease ends. False when there is no such sandbox any more. */
    public boolean renew(String name, Instant until) {
        if (find(name).isEmpty()) {
            return false;
        }
        try {
            writeLease(name, until);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    /** What is known about a sandbox; empty when it is gone, its folder included. */
    public Optional<SandboxRecord> find(String name) {
        try {
            return SandboxRecord.parse(name, Files.readString(recordOf(name), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of all sandboxes of this work folder. */
    public List<String> names() {
        try (Stream<Path> files = Files.list(records)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(RECORD))
                    .map(file -> file.substring(0, file.length() - RECORD.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server by a signal and leaves everything else as it is. False when it still runs after that time. */
    public boolean stop(String name, SandboxSpec.StopSignal signal) throws InterruptedException {
        Optional<SandboxRecord> known = find(name).filter(SandboxRecord::isServerAlive);
        if (known.isEmpty()) {
            return true;
        }
        ProcessIdentity server = known.get().server();
        try {
            new ProcessBuilder(
                            Programs.find("bash").toString(),
                            "-c",
                            "kill -s \"$0\" \"$1\"",
                            signal.name(),
                            Long.toString(server.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return until(signal.time(), () -> !server.isAlive());
    }

    /**
     * Ends the lease and waits until server, folder and record are gone.
     *
     * @return what is left after that time, named; empty when all is gone
     */
    public List<String> end(String name, Duration time) throws InterruptedException {
        Optional<SandboxRecord> known = find(name);
        if (known.isEmpty()) {
            return List.of();
        }
        try {
            Files.deleteIfExists(leaseOf(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!known.get().launcher().isAlive()) {
            adopt(name);
        }
        until(time, () -> find(name).isEmpty());
        var left = new ArrayList<String>();
        if (known.get().isServerAlive()) {
            left.add("server with pid " + known.get().server().pid());
        }
        if (Files.exists(known.get().folder())) {
            left.add("folder " + known.get().folder());
        }
        if (left.isEmpty() && find(name).isPresent()) {
            left.add("record " + recordOf(name));
        }
        return left;
    }

    private Process launch(
            String name,
            Path folder,
            String signals,
            String adopt,
            List<String> command,
            java.util.function.Consumer<ProcessBuilder> settings)
            throws IOException {
        var arguments = new ArrayList<>(List.of(
                recordOf(name).toString(),
                leaseOf(name).toString(),
                folder.toString(),
                signals,
                "%d.%03d".formatted(poll.toSeconds(), poll.toMillisPart()),
                adopt,
                "--"));
        arguments.addAll(command);
        var builder = new ProcessBuilder(launchers.inOwnSession("sandbox", arguments));
        builder.redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true);
        // Never the service's own environment: its secrets are in it.
        builder.environment().clear();
        builder.environment().put("PATH", Programs.path());
        settings.accept(builder);
        return builder.start();
    }

    private void writeLease(String name, Instant until) throws IOException {
        Path fresh = Files.createTempFile(records, name, ".new");
        try {
            Files.writeString(fresh, until.getEpochSecond() + "\n");
            Files.move(fresh, leaseOf(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            // A full disk leaves an empty one.
            Files.deleteIfExists(fresh);
        }
    }

    private void requireSandboxFolder(Path folder) {
        if (!isSandboxFolder(folder) || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is not an existing folder directly below " + roots);
        }
    }

    /** A folder that may be removed: directly below a root, not by way of a link. */
    private boolean isSandboxFolder(Path folder) {
        return folder.equals(folder.normalize())
                && folder.toString().indexOf('\n') < 0
                && folder.getParent() != null
                && roots.contains(folder.getParent())
                && !Files.isSymbolicLink(folder);
    }

    private Path recordOf(String name) {
        return records.resolve(SandboxSpec.requireName(name) + RECORD);
    }

    private Path leaseOf(String name) {
        return records.resolve(SandboxSpec.requireName(name) + LEASE);
    }

    private static boolean until(Duration time, BooleanSupplier condition) throws InterruptedException {
        long giveUp = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > giveUp) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    private static ProcessException notStarted(String name, String found, Throwable cause) {
        return new ProcessException(
                new Failure(
                        "process.sandbox-not-started",
                        "The server of the sandbox " + name + " could not be started.",
                        "a launcher that runs it",
                        found,
                        "Look into the sandbox's log, at the space on disk and the limits on processes."),
                cause);
    }
}
