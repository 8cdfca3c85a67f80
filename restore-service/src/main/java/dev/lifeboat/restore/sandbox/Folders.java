package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.process.OsUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where sandboxes lie, and who may enter: the servers' user its own folders, and nobody but us anything else.
 *
 * @param work the service's work folder; the servers' user must be able to pass through it
 * @param user operating-system user of the servers: our own, unless we are root
 */
public record Folders(Path work, String user) {

    /** Makes those that are not there. */
    public static Folders in(Path work, String user) {
        Folders folders = new Folders(work, user);
        folders.letPass(folders.work);
        folders.letPass(folders.sandboxes());
        folders.letPass(folders.restores());
        return folders;
    }

    /** The folder of all sandboxes. */
    public Path sandboxes() {
        return work.resolve("sandboxes");
    }

    /** Where restores that keep may go, unless other places are named. */
    public Path restores() {
        return work.resolve("restores");
    }

    /** What is in {@link #sandboxes()}. */
    List<String> names() {
        try (Stream<Path> all = Files.list(sandboxes())) {
            return all.map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Folders outside that sockets were put into, by how their names begin. */
    List<Path> sockets(String prefix) {
        try (Stream<Path> all = Files.list(SandboxFolder.outside())) {
            return all.filter(folder -> folder.getFileName().toString().startsWith(prefix))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder for files of a recovery that outlive its sandboxes; for us alone. */
    Path keepsakes(UUID recoveryId) {
        Path folder = work.resolve("recoveries").resolve(recoveryId.toString());
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder for the servers' user alone; one that is there stays as it is. */
    Path makeForServer(Path folder) {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            own(folder);
        } catch (FileAlreadyExistsException e) {
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    /** Writes a file for the servers' user alone; whoever reads it sees the old text or the new. */
    void writeForServer(Path file, String text) {
        replace(file, text, true);
    }

    /** Writes a file for us alone; whoever reads it sees the old text or the new. */
    void keepSecret(Path file, String text) {
        replace(file, text, false);
    }

    private void replace(Path file, String text, boolean forServer) {
        try {
            Path fresh = Files.createTempFile(
                    file.getParent(),
                    file.getFileName().toString(),
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(fresh, text);
                if (forServer) {
                    own(fresh);
                }
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a folder with all that is in it, following no links; says what is left. */
    List<String> remove(Path folder) {
        try {
            Files.walkFileTree(folder, new Removal());
        } catch (IOException e) {
            return Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
                    ? List.of("folder " + folder + " (" + e.getMessage() + ")")
                    : List.of();
        }
        return Files.exists(folder, LinkOption.NOFOLLOW_LINKS) ? List.of("folder " + folder) : List.of();
    }

    /** Hands something to the servers' user. */
    void give(Path path) throws IOException {
        own(path);
    }

    private void own(Path path) throws IOException {
        if (OsUser.areWeRoot()) {
            var lookup = path.getFileSystem().getUserPrincipalLookupService();
            Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setOwner(lookup.lookupPrincipalByName(user));
        }
    }

    private void letPass(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
