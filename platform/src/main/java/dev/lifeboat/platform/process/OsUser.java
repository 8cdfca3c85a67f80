package dev.lifeboat.platform.process;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A user of the operating system, as {@code /etc/passwd} has it.
 *
 * @param name login name
 * @param uid user id
 * @param gid id of its primary group
 * @param home home folder
 */
public record OsUser(String name, int uid, int gid, String home) {
    private static final Path PASSWD = Path.of("/etc/passwd");

    /** Looks a user up by name. */
    public static OsUser named(String name) {
        return all().stream()
                .filter(user -> user.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new ProcessException(new Failure(
                        "process.user-unknown",
                        "There is no operating-system user " + name + ".",
                        "a user in " + PASSWD,
                        "none",
                        "Create it; Debian's postgresql packages create the user postgres.")));
    }

    /** Who we are. */
    public static OsUser current() {
        int uid = currentUid();
        return all().stream()
                .filter(user -> user.uid == uid)
                .findFirst()
                .orElseGet(() -> new OsUser(Integer.toString(uid), uid, uid, "/"));
    }

    /** Whether we may become any user. */
    public static boolean areWeRoot() {
        return currentUid() == 0;
    }

    /** What stands before a command so that it runs as this user. Nothing when we are that user. */
    public List<String> commandPrefix() {
        if (uid == currentUid()) {
            return List.of();
        }
        if (!areWeRoot()) {
            throw new ProcessException(new Failure(
                    "process.user-refused",
                    "A program cannot be run as " + name + ".",
                    "to be root, or " + name,
                    "user " + current().name(),
                    "Run the service as " + name + ", or as root so that it can drop to that user."));
        }
        return List.of(Programs.find("setpriv").toString(), "--reuid=" + uid, "--regid=" + gid, "--init-groups", "--");
    }

    private static int currentUid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<OsUser> all() {
        try {
            return Files.readAllLines(PASSWD, StandardCharsets.ISO_8859_1).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields ->
                            fields.length >= 7 && fields[2].matches("\\d{1,9}") && fields[3].matches("\\d{1,9}"))
                    .map(f -> new OsUser(f[0], Integer.parseInt(f[2]), Integer.parseInt(f[3]), f[5]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
