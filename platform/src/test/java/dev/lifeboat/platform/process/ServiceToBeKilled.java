package dev.lifeboat.platform.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A service of its own JVM that runs a tool, or a sandbox, and then waits to be killed. */
final class ServiceToBeKilled {
    private ServiceToBeKilled() {}

    /** Arguments: work folder, then "tool" with a script, or "sandbox" with a script and the seconds of its lease. */
    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[0]);
        if (arguments[1].equals("tool")) {
            var runner = new ProcessRunner(work, Duration.ofSeconds(1));
            Path scratch = Files.createDirectories(runner.work().resolve("scratch"));
            Files.writeString(scratch.resolve("half"), "x");
            RunningProcess process =
                    runner.start(ProcessSpec.of("bash", "-c", arguments[2]).scratch(scratch));
            System.out.println(process.await());
        } else {
            Path root = Files.createDirectories(work.resolve("roots"));
            Path folder = Files.createDirectories(root.resolve("one"));
            var launcher = new SandboxLauncher(work, List.of(root), Duration.ofMillis(100));
            launcher.start(new SandboxSpec(
                    "one",
                    folder,
                    ProcessSpec.of("bash", "-c", arguments[2]),
                    folder.resolve("log"),
                    Instant.now().plusSeconds(Long.parseLong(arguments[3])),
                    List.of(new SandboxSpec.StopSignal("TERM", Duration.ofSeconds(1)))));
            Thread.sleep(Duration.ofMinutes(5));
        }
    }
}
