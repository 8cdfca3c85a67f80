package dev.lifeboat.platform.process;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a sandbox's launcher wrote down about itself and its server.
 *
 * @param name of the sandbox
 * @param launcher who watches the lease
 * @param session that the server is in: pid of the launcher that started it
 * @param server the server
 * @param folder what is removed at the end
 * @param signals how the server is asked to end
 * @param bootId of the kernel: after a reboot, none of these processes is there
 * @param exit status that the server ended with by itself, if it did
 */
public record SandboxRecord(
        String name,
        ProcessIdentity launcher,
        long session,
        ProcessIdentity server,
        Path folder,
        String signals,
        String bootId,
        Optional<Integer> exit) {

    /** Reads what the launcher wrote; empty for anything else. */
    static Optional<SandboxRecord> parse(String name, String text) {
        Map<String, String> fields = text.lines()
                .filter(line -> line.indexOf(' ') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(' ')),
                        line -> line.substring(line.indexOf(' ') + 1),
                        (first, second) -> second));
        Optional<ProcessIdentity> launcher = ControlFolder.identity(fields.getOrDefault("launcher", ""));
        Optional<ProcessIdentity> server = ControlFolder.identity(fields.getOrDefault("server", ""));
        String session = fields.getOrDefault("session", "");
        if (launcher.isEmpty()
                || server.isEmpty()
                || !session.matches("\\d{1,18}")
                || !fields.containsKey("folder")
                || !fields.containsKey("signals")) {
            return Optional.empty();
        }
        return Optional.of(new SandboxRecord(
                name,
                launcher.get(),
                Long.parseLong(session),
                server.get(),
                Path.of(fields.get("folder")),
                fields.get("signals"),
                fields.getOrDefault("boot", ""),
                Optional.ofNullable(fields.get("exit"))
                        .filter(exit -> exit.matches("\\d{1,3}"))
                        .map(Integer::valueOf)));
    }

    /** Whether the server runs. */
    public boolean isServerAlive() {
        return server.isAlive();
    }
}
