package dev.lifeboat.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who listens on a TCP port. Source: proc(5), {@code /proc/net/tcp} (local address, state {@code 0A} is listening, inode)
 * and the links {@code /proc/<pid>/fd/* -> socket:[inode]}.
 *
 * @param pid its process
 * @param command how it was called, shortened
 */
record PortHolder(long pid, String command) {
    private static final String LISTENING = "0A";
    private static final int COMMAND_LENGTH = 50;

    /** The holder; empty if nobody listens, or it belongs to a user whose processes cannot be read. */
    static Optional<PortHolder> of(int port) {
        Set<String> sockets = Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> inodes(lines(Path.of(table)), port).stream())
                .map(inode -> "socket:[" + inode + "]")
                .collect(Collectors.toSet());
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> holds(path, sockets))
                    .map(path ->
                            new PortHolder(Long.parseLong(path.getFileName().toString()), commandOf(path)))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The inodes of the sockets that listen on the port. */
    static Set<String> inodes(List<String> table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        return table.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTENING))
                .map(fields -> fields[9])
                .collect(Collectors.toSet());
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return files.anyMatch(file -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(file).toString());
                } catch (IOException closed) {
                    return false;
                }
            });
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static String commandOf(Path process) {
        try {
            String line = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .strip();
            return line.length() <= COMMAND_LENGTH ? line : line.substring(0, COMMAND_LENGTH) + "...";
        } catch (IOException gone) {
            return "?";
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return "pid " + pid + " (" + command + ")";
    }
}
