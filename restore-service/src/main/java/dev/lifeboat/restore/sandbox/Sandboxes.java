package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** The sandboxes of this host. */
public final class Sandboxes {
    private static final Duration GONE = Duration.ofSeconds(40);

    private final Path root;
    private final String user;
    private final PostgresTools programs;
    private final ServerLauncher launcher;
    private final ProcessRunner runner;

    /**
     * @param root folder of all sandboxes; made when it is not there
     * @param user operating-system user of their servers: our own, unless we are root
     */
    public Sandboxes(Path root, String user, PostgresTools programs, ServerLauncher launcher, ProcessRunner runner) {
        this.root = root;
        this.user = user;
        this.programs = programs;
        this.launcher = launcher;
        this.runner = runner;
    }

    /** The name of an attempt's sandbox. */
    public static String name(UUID recoveryId, int attempt, long epoch) {
        return recoveryId + "-" + attempt + "-" + epoch;
    }

    /** Makes the empty folder of an attempt. */
    public Sandbox create(UUID recoveryId, int attempt, long epoch, int major) {
        SandboxFolder folder = SandboxFolder.of(root, recoveryId, attempt, epoch);
        letPass(folder.root().getParent());
        ownedFolder(folder.root(), user);
        String password = SandboxRole.newPassword();
        keep(folder.passwordFile(), password);
        return sandbox(recoveryId, attempt, epoch, folder, major, Secret.of(password), 0);
    }

    /** The sandbox of an attempt as it was made here; empty when it is not here, or gone. */
    public Optional<Sandbox> find(UUID recoveryId, int attempt, long epoch, int major, int port) {
        SandboxFolder folder = SandboxFolder.of(root, recoveryId, attempt, epoch);
        return password(folder).map(password -> sandbox(recoveryId, attempt, epoch, folder, major, password, port));
    }

    /** The one-time password of an attempt's sandbox; empty when it is not here, or gone. */
    public Optional<Secret> password(UUID recoveryId, int attempt, long epoch) {
        return password(SandboxFolder.of(root, recoveryId, attempt, epoch));
    }

    /** Gives the sandbox's one role a new password; whoever had the old one is out. */
    public void changePassword(Sandbox sandbox, Runnable stop) throws InterruptedException {
        String fresh = SandboxRole.newPassword();
        sandbox.changePassword(fresh, stop);
        try {
            Files.delete(sandbox.folder().passwordFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keep(sandbox.folder().passwordFile(), fresh);
    }

    /** A file of a recovery that outlives its attempts' sandboxes; removed by {@link #remove}. */
    public Path keepsake(UUID recoveryId, String name) {
        letPass(root.resolve(recoveryId.toString()));
        return root.resolve(recoveryId.toString()).resolve(name);
    }

    /**
     * Ends every server of a recovery on this host and removes their folders, keepsakes not.
     *
     * @return what is left, named; empty when all is gone
     */
    public List<String> end(UUID recoveryId) {
        List<String> left = new ArrayList<>();
        for (String name : launcher.names()) {
            if (name.startsWith(recoveryId + "-")) {
                left.addAll(launcher.end(name, GONE));
            }
        }
        Path all = root.resolve(recoveryId.toString());
        for (Path attempt : children(all)) {
            if (Files.isDirectory(attempt, LinkOption.NOFOLLOW_LINKS)) {
                left.addAll(delete(attempt));
                outsideSocket(recoveryId, attempt).forEach(socket -> left.addAll(delete(socket)));
            }
        }
        return left;
    }

    /** Ends the server of one attempt and removes its folder; says what is left. */
    public List<String> end(Sandbox sandbox) {
        List<String> left = new ArrayList<>(launcher.end(sandbox.name(), GONE));
        left.addAll(delete(sandbox.folder().root()));
        if (sandbox.folder().isSocketOutside()) {
            left.addAll(delete(sandbox.folder().socket()));
        }
        return left;
    }

    /** Removes what {@link #end(UUID)} left on purpose. */
    public List<String> remove(UUID recoveryId) {
        return delete(root.resolve(recoveryId.toString()));
    }

    /** Recoveries that have a folder or a server here. */
    public Set<UUID> recoveries() {
        Set<UUID> ids = new java.util.TreeSet<>();
        children(root).forEach(folder -> uuid(folder.getFileName().toString()).ifPresent(ids::add));
        launcher.names().stream()
                .filter(name -> name.length() > 36)
                .forEach(name -> uuid(name.substring(0, 36)).ifPresent(ids::add));
        return ids;
    }

    /** Attempts, as {@code <attempt>-<epoch>}, of a recovery that have a folder here. */
    public List<String> attempts(UUID recoveryId) {
        return children(root.resolve(recoveryId.toString())).stream()
                .map(folder -> folder.getFileName().toString())
                .filter(name -> name.matches("\\d{1,9}-\\d{1,18}"))
                .toList();
    }

    private Sandbox sandbox(
            UUID recoveryId, int attempt, long epoch, SandboxFolder folder, int major, Secret password, int port) {
        return new Sandbox(
                name(recoveryId, attempt, epoch),
                folder,
                major,
                user,
                password,
                port,
                programs,
                launcher,
                new Tools(runner));
    }

    private static Optional<Secret> password(SandboxFolder folder) {
        try {
            return Optional.of(Secret.of(Files.readString(folder.passwordFile())));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> outsideSocket(UUID recoveryId, Path attempt) {
        String[] parts = attempt.getFileName().toString().split("-", -1);
        if (parts.length != 2 || !parts[0].matches("\\d{1,9}") || !parts[1].matches("\\d{1,18}")) {
            return List.of();
        }
        SandboxFolder folder = SandboxFolder.of(
                attempt.getParent().getParent(), recoveryId, Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        return folder.isSocketOutside() ? List.of(folder.socket()) : List.of();
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A folder for the server's user alone. */
    static Path ownedFolder(Path folder, String user) {
        try {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            own(folder, user);
            return folder;
        } catch (java.nio.file.FileAlreadyExistsException e) {
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void own(Path path, String user) throws IOException {
        if (OsUser.areWeRoot()) {
            var lookup = path.getFileSystem().getUserPrincipalLookupService();
            var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            view.setOwner(lookup.lookupPrincipalByName(user));
        }
    }

    /** The servers' user passes through, and cannot look around. */
    private void letPass(Path folder) {
        try {
            Files.createDirectories(folder);
            for (Path part = folder; part.startsWith(root); part = part.getParent()) {
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx--x--x"));
            }
            Set<PosixFilePermission> work = Files.getPosixFilePermissions(root.getParent());
            if (work.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(root.getParent(), work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keep(Path file, String text) {
        try {
            Files.createFile(
                    file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
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
            });
        } catch (IOException e) {
            return Files.exists(folder, LinkOption.NOFOLLOW_LINKS) ? List.of(folder + ": " + e.getMessage()) : List.of();
        }
        return Files.exists(folder, LinkOption.NOFOLLOW_LINKS) ? List.of(folder.toString()) : List.of();
    }
}
