package dev.lifeboat.platform.postgres;

import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * How PostgreSQL's client programs get at a server: everything by environment, the password by a file that only its user
 * can read and that is gone when this is closed. Nothing stands on a command line, and no service file, no
 * {@code ~/.pgpass} of whoever runs us is looked at.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-envars.html">libpq: Environment Variables</a>
 */
public final class ToolLogin implements AutoCloseable {
    private final PostgresTarget target;
    private final Path passwordFile;

    private ToolLogin(PostgresTarget target, Path passwordFile) {
        this.target = target;
        this.passwordFile = passwordFile;
    }

    /**
     * Writes the password file.
     *
     * @param folder where; the user that runs the tool must be able to enter it
     * @param user who runs the tool, when that is not us
     */
    public static ToolLogin create(PostgresTarget target, Path folder, Optional<OsUser> user) {
        try {
            Path file = Files.createTempFile(
                    folder,
                    "pgpass",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                String line =
                        target.password().map(secret -> line(secret) + "\n").orElse("");
                Files.write(file, line.getBytes(StandardCharsets.UTF_8));
                if (user.isPresent() && OsUser.areWeRoot()) {
                    Files.setAttribute(file, "unix:uid", user.get().uid());
                    Files.setAttribute(file, "unix:gid", user.get().gid());
                }
            } catch (IOException | RuntimeException e) {
                Files.delete(file);
                throw e;
            }
            return new ToolLogin(target, file);
        } catch (IOException e) {
            throw new UncheckedIOException("no password file could be written in " + folder, e);
        }
    }

    /**
     * One line for whatever host, port, database and role: the file is for this one target, and a tool that connects to
     * several databases one after the other needs no second.
     */
    static String line(Secret password) {
        String escaped = password.reveal().replace("\\", "\\\\").replace(":", "\\:");
        if (escaped.indexOf('\n') >= 0 || escaped.indexOf('\r') >= 0) {
            throw new PostgresException(
                    "Writing a password file",
                    PostgresFault.fatal(
                            "postgres.password-unusable",
                            "The password holds a line end, which PostgreSQL's tools cannot be given.",
                            "a password of one line",
                            "several lines",
                            "Choose another password for the role."),
                    null);
        }
        return "*:*:*:*:" + escaped;
    }

    /** The specification with all that the tool needs to log in, and the password redacted from its output. */
    public ProcessSpec applyTo(ProcessSpec spec) {
        ProcessSpec known = spec.environment("PGHOST", target.host())
                .environment("PGPORT", Integer.toString(target.port()))
                .environment("PGUSER", target.user())
                .environment("PGDATABASE", target.database())
                .environment("PGSSLMODE", target.sslMode().value())
                .environment("PGPASSFILE", passwordFile.toString())
                .environment("PGSYSCONFDIR", "/nonexistent")
                .environment("PGSERVICEFILE", "/nonexistent")
                .environment("PGCONNECT_TIMEOUT", "15")
                .environment("PGGSSENCMODE", "disable")
                .environment("PGAPPNAME", "lifeboat")
                .environment("PGTZ", "UTC");
        ProcessSpec trusting = target.caFile()
                .map(file -> known.environment("PGSSLROOTCERT", file.toString()))
                .orElse(known);
        return trusting.redact(target.password().map(List::of).orElse(List.of()));
    }

    /** Removes the password file. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(passwordFile);
        } catch (IOException e) {
            throw new UncheckedIOException("the password file " + passwordFile + " is still there", e);
        }
    }
}
