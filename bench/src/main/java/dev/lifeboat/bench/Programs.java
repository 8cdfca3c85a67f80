package dev.lifeboat.bench;

import dev.lifeboat.local.LocalStackException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the bare tools. */
final class Programs {
    private final Path folder;
    private final boolean root = "root".equals(System.getProperty("user.name"));

    /** Their output goes to files in a folder. */
    Programs(Path folder) {
        this.folder = folder;
    }

    /** Runs one and gives what it printed. */
    String run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(30, TimeUnit.MINUTES)) {
                throw failed(command, "no end within 30 minutes", output);
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw failed(command, "exit status " + process.exitValue(), output);
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        return text;
    }

    /** As the operating-system user that the servers run as. */
    String asServer(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        return run(serverUser(command), environment);
    }

    /** The same command line, for that user. */
    List<String> serverUser(List<String> command) {
        List<String> line = new ArrayList<>();
        if (root) {
            line.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        line.addAll(command);
        return line;
    }

    private static LocalStackException failed(List<String> command, String how, Path output) throws IOException {
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        return new LocalStackException(
                "bench-program-failed",
                command.getFirst() + " to end with 0",
                how + ": " + String.join(" / ", lines.subList(Math.max(0, lines.size() - 5), lines.size())),
                "its output is in " + output);
    }
}
