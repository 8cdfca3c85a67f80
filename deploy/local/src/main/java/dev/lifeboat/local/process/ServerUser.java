package dev.lifeboat.local.process;

import dev.lifeboat.local.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;

/**
 * The operating-system user of PostgreSQL's server programs, which refuse to run as root: whoever runs us, or, for root,
 * the user {@code postgres} that the Debian package creates.
 *
 * @param name the user's name
 * @param dropped whether commands must drop to it from root
 */
public record ServerUser(String name, boolean dropped) {
    private static final String PACKAGED = "postgres";

    /** The user for this JVM. */
    public static ServerUser current() {
        String me = System.getProperty("user.name");
        return me.equals("root") ? new ServerUser(PACKAGED, true) : new ServerUser(me, false);
    }

    /** The command line that runs the command as this user. */
    public List<String> running(List<String> command) {
        if (!dropped) {
            return List.copyOf(command);
        }
        List<String> line =
                new ArrayList<>(List.of("setpriv", "--reuid=" + name, "--regid=" + name, "--init-groups", "--"));
        line.addAll(command);
        return List.copyOf(line);
    }

    /** Makes the folder, if need be, and gives it to this user. */
    public void own(Path folder, String permissions) {
        try {
            Files.createDirectories(folder);
            own(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the file or folder to this user. */
    public void own(Path path) {
        if (!dropped) {
            return;
        }
        try {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name));
        } catch (UserPrincipalNotFoundException e) {
            throw new LocalStackException(
                    "tool-missing",
                    "an operating-system user " + name,
                    "none",
                    "install Debian's package postgresql-15 (make setup), which creates it",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this user can enter the folder, all its parents included. */
    public boolean canEnter(Path folder) {
        if (!dropped) {
            return Files.isExecutable(folder);
        }
        try {
            return new ProcessBuilder(running(List.of("test", "-x", folder.toString())))
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
