package dev.lifeboat.restore.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The folder of one attempt's sandbox, {@code <work>/sandboxes/<recoveryId>-<attempt>-<epoch>}: everything of it lies in
 * there, and it is removed as a whole.
 *
 * @param root absolute
 * @param socket folder of the Unix socket: inside, unless the path would be too long for one
 */
public record SandboxFolder(Path root, Path socket) {
    /** {@code sun_path} holds 108 bytes with the closing NUL; the name is {@code .s.PGSQL.65535.lock} at most. */
    static final int SOCKET_FOLDER_LIMIT = 107 - "/.s.PGSQL.65535".length();

    /** The folder of a sandbox of that name. */
    static SandboxFolder of(Path sandboxes, SandboxName name) {
        Path root = sandboxes.resolve(name.toString());
        Path inside = root.resolve("run");
        boolean fits = inside.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_FOLDER_LIMIT;
        return new SandboxFolder(
                root,
                fits
                        ? inside
                        : outside()
                                .resolve(socketPrefix(sandboxes, name.recoveryId()) + name.attempt() + "-"
                                        + name.epoch()));
    }

    /** Where sockets lie that are not inside. */
    static Path outside() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** How all sockets' folders begin that lie outside and belong to this folder of sandboxes, and to no other. */
    static String socketPrefix(Path sandboxes) {
        return "lifeboat-"
                + String.format("%08x", sandboxes.toAbsolutePath().normalize().hashCode()) + "-";
    }

    /** The same for one recovery. */
    static String socketPrefix(Path sandboxes, UUID recoveryId) {
        // The last bits of a UUIDv7 are the random ones.
        return socketPrefix(sandboxes) + Long.toHexString(recoveryId.getLeastSignificantBits()) + "-";
    }

    /** Whether the socket's folder lies outside and has to be removed by itself. */
    public boolean isSocketOutside() {
        return !socket.startsWith(root);
    }

    /** The data directory. */
    public Path data() {
        return root.resolve("data");
    }

    /** {@code postgresql.conf} and what belongs to it. */
    public Path configuration() {
        return root.resolve("conf");
    }

    /** {@code pg_hba.conf}. */
    public Path accessFile() {
        return configuration().resolve("pg_hba.conf");
    }

    /** The server's command line, its parts between NULs. */
    public Path commandFile() {
        return configuration().resolve("command");
    }

    /** What the server says. */
    public Path log() {
        return root.resolve("server.log");
    }

    /** The one-time password, for the service alone. */
    public Path passwordFile() {
        return root.resolve("password");
    }

    /** What ALTER SYSTEM had set on the source; only for files of a source. */
    public Path sourceSettings() {
        return root.resolve("source-auto.conf");
    }

    /** Files that are downloaded before they are restored. */
    public Path scratch() {
        return root.resolve("scratch");
    }

    /** Folder of the n-th tablespace. */
    public Path tablespace(int index) {
        return root.resolve("tablespaces").resolve(Integer.toString(index));
    }
}
