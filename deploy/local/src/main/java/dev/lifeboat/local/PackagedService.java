package dev.lifeboat.local;

import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.PartProcess;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ProcessIdentity;
import dev.lifeboat.local.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The service of a module as its build left it, for that module's own tests: in a process of its own, on a free port, that
 * can be killed, frozen and started again. It ends with the JVM that started it.
 */
public final class PackagedService {
    private static final Path PROGRAM = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration SHUTDOWN = Duration.ofSeconds(20);

    private final String name;
    private final int port;
    private final List<String> wrapper;
    private final PartProcess process;

    /** An instance with these settings; not started. */
    public PackagedService(String name, Path folder, Map<String, String> settings) {
        this(name, folder, settings, List.of());
    }

    /**
     * An instance that something else starts.
     *
     * @param name of the service
     * @param folder its own, where its settings and its log lie
     * @param settings in which operations find out quickly that an owner is gone, unless they say otherwise
     * @param wrapper a command that must become the service by {@code exec}
     */
    public PackagedService(String name, Path folder, Map<String, String> settings, List<String> wrapper) {
        this.name = name;
        this.port = Ports.free();
        this.wrapper = List.copyOf(wrapper);
        this.process = new PartProcess(name, folder);
        Map<String, String> all = new HashMap<>(Map.of(
                "lifeboat.operations.lease", "PT4S",
                "lifeboat.operations.heartbeat", "PT1S",
                "lifeboat.operations.sweep", "PT1S"));
        all.putAll(settings);
        all.put("quarkus.http.port", Integer.toString(port));
        all.put("quarkus.log.console.json.enabled", "false");
        // Beside whatever else reads these topics in this JVM's tests.
        all.put("mp.messaging.incoming.events.group.id", name + "-" + port);
        write(folder.resolve("config/application.properties"), all);
    }

    /** Port of its HTTP interface on the loopback address. */
    public int port() {
        return port;
    }

    /** What it writes. */
    public Path log() {
        return process.log();
    }

    /** Starts it, and does not wait until it answers. */
    public void launch() {
        List<String> command = new ArrayList<>(wrapper);
        command.add(JavaProgram.tool("java"));
        command.addAll(JavaProgram.QUICK_COMPILER);
        command.addAll(List.of(
                "-XX:+UseSerialGC", "-Xmx256m", "-jar", PROGRAM.toAbsolutePath().toString()));
        process.start(command, Map.of(), Lifetime.OF_THIS_JVM, Signal.KILL);
    }

    /**
     * Waits until it answers.
     *
     * @throws LocalStackException with the end of its log when it does not
     */
    public PackagedService ready() {
        process.awaitReady(name + " to listen on port " + port, START, () -> Ports.answers(port));
        return this;
    }

    /** Starts it and waits until it answers. */
    public void start() {
        launch();
        ready();
    }

    /**
     * Looks whether it still runs.
     *
     * @throws LocalStackException with the end of its log when it has ended by itself
     */
    public void requireAlive() {
        running();
    }

    /** As {@code kill -9}; its tools are not meant. */
    public void kill() {
        process.stop(Signal.KILL, SHUTDOWN);
    }

    /** As {@code kill -STOP}; its tools are not meant. */
    public void pause() {
        process.signal(Signal.STOP);
    }

    /** As {@code kill -CONT}. */
    public void resume() {
        process.signal(Signal.CONT);
    }

    /** Ends it as an operator would, if it runs. */
    public void stop() {
        process.stop(Signal.TERM, SHUTDOWN);
    }

    /** A path as the service sees it, which may have file systems of its own. */
    public Path seen(Path path) {
        return Path.of("/proc/" + running().pid() + "/root" + path);
    }

    private ProcessIdentity running() {
        return process.running()
                .orElseThrow(() -> new LocalStackException(
                        "part-died",
                        name + " to run",
                        "it ended. Its log ends:\n" + process.logTail(20),
                        "read " + process.log()));
    }

    private static void write(Path file, Map<String, String> settings) {
        String text = settings.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n"));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
