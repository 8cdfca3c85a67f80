package dev.lifeboat.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What tools that run now were given as their environment. */
public final class Environments {
    private Environments() {}

    /** Every {@code NAME=value} of every process that runs the program. */
    public static List<String> of(String program) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process ->
                            program.equals(read(process.resolve("comm")).strip()))
                    .flatMap(process ->
                            Stream.of(read(process.resolve("environ")).split("\0", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
