package dev.lifeboat.local.stack;

import dev.lifeboat.local.JavaProgram;
import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.ProcessPart;
import dev.lifeboat.local.Secrets;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.Signal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One of Lifeboat's services, as its build left it, in a JVM of its own. Ready when its readiness check says so. */
public final class ServiceProcess extends ProcessPart {
    private static final Duration START = Duration.ofSeconds(90);
    /** The first run of a build also writes down its classes at its end, see {@link StartCache}. */
    private static final Duration SHUTDOWN = Duration.ofMinutes(2);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /**
     * What a service is made of.
     *
     * @param name its module's name
     * @param folder its own folder
     * @param port of its HTTP interface on the loopback address
     * @param program {@code quarkus-run.jar}
     * @param environment what it is told, secrets among it
     */
    public record Spec(String name, Path folder, int port, Path program, Map<String, String> environment) {
        public Spec {
            environment = Map.copyOf(environment);
        }

        /** Without its secrets. */
        @Override
        public String toString() {
            return name + " in " + folder;
        }
    }

    private final Spec spec;

    public ServiceProcess(Spec spec) {
        super(spec.name(), spec.folder(), Signal.TERM, SHUTDOWN);
        this.spec = spec;
    }

    /** Whether it was built. */
    public boolean built() {
        return Files.isRegularFile(spec.program());
    }

    @Override
    public void start(Lifetime lifetime) {
        if (process.running().isEmpty()) {
            requireBuilt();
            Ports.requireFree(Map.of(spec.port(), spec.name()), "choose another port");
            Secrets.folder(spec.folder(), "rwxr-xr-x");
            Secrets.folder(spec.folder().resolve("work"), "rwxr-xr-x");
            List<String> command = new ArrayList<>(List.of(
                    JavaProgram.tool("java"),
                    // Of one size from the start: what a service takes does not depend on what it has moved.
                    "-Xms160m",
                    "-Xmx160m",
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED"));
            command.addAll(
                    switch (lifetime) {
                        case UNTIL_STOPPED -> ofAnInstallation();
                        // Started for a test: it moves little, and what it would write down nobody would read.
                        case OF_THIS_JVM -> JavaProgram.QUICK_COMPILER;
                    });
            command.addAll(List.of("-jar", spec.program().toString()));
            process.start(command, spec.environment(), lifetime, Signal.TERM);
        }
        process.awaitReady(spec.name() + " to be ready", START, this::isReady);
    }

    private List<String> ofAnInstallation() {
        List<String> options = new ArrayList<>(StartCache.options(
                spec.folder(), spec.program(), Runtime.version().feature()));
        options.addAll(JavaProgram.GOOD_COMPILER_LATE);
        return options;
    }

    private boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + spec.port() + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            int status = HTTP.send(request, BodyHandlers.discarding()).statusCode();
            return status == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void requireBuilt() {
        if (!built()) {
            throw new LocalStackException(
                    "not-built", spec.name() + " to be built", "no " + spec.program(), "run 'make build'");
        }
    }
}
