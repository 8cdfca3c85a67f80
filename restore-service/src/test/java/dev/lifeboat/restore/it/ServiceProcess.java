package dev.lifeboat.restore.it;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** restore-service as it is shipped, in a process of its own that can be killed and started again. */
final class ServiceProcess {
    private final List<String> wrapper;
    private final Path folder;
    private final int port;
    private Process process;

    ServiceProcess(Map<String, String> settings) {
        this(settings, List.of());
    }

    /** Started by a wrapper, which must become the service by {@code exec}. */
    ServiceProcess(Map<String, String> settings, List<String> wrapper) {
        this.wrapper = wrapper;
        this.folder = LocalParts.shared().newFolder("service-process");
        this.port = Ports.free();
        Map<String, String> all = new HashMap<>(settings);
        all.put("quarkus.http.port", Integer.toString(port));
        all.put("quarkus.log.console.json.enabled", "false");
        // Beside whatever else reads these topics in this JVM's tests.
        all.put("mp.messaging.incoming.events.group.id", "restore-service-" + port);
        all.put("lifeboat.operations.lease", "PT3S");
        all.put("lifeboat.operations.heartbeat", "PT1S");
        all.put("lifeboat.operations.sweep", "PT1S");
        String text = all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n"));
        try {
            Files.createDirectories(folder.resolve("config"));
            Files.writeString(folder.resolve("config/application.properties"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-jar",
                jar.toString()));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("the service ended: " + String.join("\n", lastLines()));
            }
            return Ports.answers(port);
        });
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the service survives SIGKILL");
        }
    }

    /** A path as the service sees it, who may have file systems of its own. */
    Path seen(Path path) {
        return Path.of("/proc/" + process.pid() + "/root" + path);
    }

    Path log() {
        return folder.resolve("service.log");
    }

    private List<String> lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return lines.subList(Math.max(0, lines.size() - 20), lines.size());
    }

    /** Ends it as an operator would. */
    void stop() throws InterruptedException {
        if (process != null && process.isAlive()) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
