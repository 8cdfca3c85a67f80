package dev.lifeboat.backup;

import static io.restassured.RestAssured.given;

import dev.lifeboat.local.process.Ports;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** backup-service as it is shipped, in a process of its own that can be killed, stopped and started again. */
final class ServiceProcess {
    private final Path folder;
    private final int port;
    private Process process;

    /** One instance with these settings and a folder of its own; not started. */
    ServiceProcess(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.port = Ports.free();
        Map<String, String> all = new HashMap<>(settings);
        all.put("quarkus.http.port", Integer.toString(port));
        all.put("quarkus.log.console.json.enabled", "false");
        // Beside whatever else reads these topics in this JVM's tests.
        all.put("mp.messaging.incoming.events.group.id", "backup-service-" + port);
        all.put("lifeboat.operations.lease", "PT4S");
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

    /** A request with the token of a role. */
    RequestSpecification as(String role) {
        return given().baseUri("http://127.0.0.1")
                .port(port)
                .header("Authorization", "Bearer " + ServiceParts.token(role));
    }

    /** Starts it, and does not wait until it is ready. */
    void launch() throws IOException {
        Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-jar",
                        jar.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Waits until it answers. */
    ServiceProcess ready() {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            requireAlive();
            return Ports.answers(port);
        });
        return this;
    }

    /** Fails with the end of its log when it has ended by itself. */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            List<String> lines = Files.readAllLines(log());
            throw new AssertionError("the service ended: "
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
        }
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the service survives SIGKILL");
        }
    }

    /** As {@code kill -STOP} or {@code kill -CONT}; its tools are not meant. */
    void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor()
                != 0) {
            throw new AssertionError("no process to send SIG" + name + " to");
        }
    }

    Path log() {
        return folder.resolve("service.log");
    }

    /** Ends it if it runs. */
    void close() throws InterruptedException {
        if (process != null && process.isAlive()) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
