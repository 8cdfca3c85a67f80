package dev.lifeboat.platform.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What stands on disk about one running tool: {@code owner} (the service), {@code scratch}, {@code process} (launcher and
 * tool, written by the launcher), {@code exit}, and the pipe {@code lifeline}.
 */
record ControlFolder(Path folder) {

    /** Creates it with all that has to be there before the tool is started. */
    static ControlFolder create(Path runs, String id, Optional<Path> scratch) throws IOException {
        var control = new ControlFolder(Launchers.privateFolder(runs.resolve(id)));
        var owner = ProcessIdentity.current();
        Files.writeString(control.folder.resolve("owner"), owner.pid() + " " + owner.startTicks() + "\n");
        if (scratch.isPresent()) {
            Files.writeString(control.folder.resolve("scratch"), scratch.get().toString());
        }
        Process mkfifo = new ProcessBuilder(
                        Programs.find("mkfifo").toString(),
                        "-m",
                        "600",
                        control.lifeline().toString())
                .redirectErrorStream(true)
                .start();
        try {
            if (!mkfifo.waitFor(10, TimeUnit.SECONDS) || mkfifo.exitValue() != 0) {
                mkfifo.destroyForcibly();
                throw new IOException("no pipe could be made in " + control.folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return control;
    }

    Path lifeline() {
        return folder.resolve("lifeline");
    }

    /** Holds the lifeline: as long as the returned file is open and we live, the tool may run. */
    RandomAccessFile hold() throws IOException {
        return new RandomAccessFile(lifeline().toFile(), "rw");
    }

    /** The service that started the tool. */
    Optional<ProcessIdentity> owner() {
        return read("owner").flatMap(text -> identity(text.trim()));
    }

    /** The scratch folder that goes when the tool is ended. */
    Optional<Path> scratch() {
        return read("scratch").map(Path::of);
    }

    /** The launcher or the tool, as the launcher wrote it down. */
    Optional<ProcessIdentity> process(String role) {
        return read("process").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(role + " "))
                .findFirst()
                .flatMap(line -> identity(line.substring(role.length() + 1)));
    }

    /** Whether the launcher saw the tool's end. */
    boolean hasExit() {
        return Files.exists(folder.resolve("exit"));
    }

    void remove() {
        deleteTree(folder);
    }

    /** Removes a folder with everything in it, following no links; fine when it is gone, or goes meanwhile. */
    static void deleteTree(Path root) {
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(root)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException | UncheckedIOException e) {
            if (!Files.exists(root)) {
                return;
            }
            throw new UncheckedIOException(new IOException("cannot remove " + root, e));
        }
        for (Path path : deepestFirst) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Optional<ProcessIdentity> identity(String pidAndTicks) {
        String[] fields = pidAndTicks.split(" ", -1);
        return fields.length == 2 && fields[0].matches("\\d{1,18}") && fields[1].matches("\\d{1,18}")
                ? Optional.of(new ProcessIdentity(Long.parseLong(fields[0]), Long.parseLong(fields[1])))
                : Optional.empty();
    }

    private Optional<String> read(String name) {
        try {
            return Optional.of(Files.readString(folder.resolve(name), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
