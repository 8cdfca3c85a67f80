package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.SandboxLauncher;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The sandboxes of this host. */
public final class Sandboxes {
    private static final Duration GONE = Duration.ofSeconds(40);

    private final Folders folders;
    private final PostgresTools programs;
    private final SandboxLauncher launcher;
    private final ProcessRunner runner;

    /** Sandboxes in these folders, their servers kept by this launcher. */
    public Sandboxes(Folders folders, PostgresTools programs, SandboxLauncher launcher, ProcessRunner runner) {
        this.folders = folders;
        this.programs = programs;
        this.launcher = launcher;
        this.runner = runner;
    }

    /** Makes the empty folder of an attempt. */
    public Sandbox create(SandboxName name, int major) {
        SandboxFolder folder = SandboxFolder.of(folders.sandboxes(), name);
        folders.makeForServer(folder.root());
        String password = SandboxRole.newPassword();
        folders.keepSecret(folder.passwordFile(), password);
        return sandbox(name, folder, major, Secret.of(password), 0);
    }

    /** The sandbox of an attempt as it was made here; empty when it is not here, or gone. */
    public Optional<Sandbox> find(SandboxName name, int major, int port) {
        SandboxFolder folder = SandboxFolder.of(folders.sandboxes(), name);
        return password(name).map(password -> sandbox(name, folder, major, password, port));
    }

    /** The one-time password of an attempt's sandbox; empty when it is not here, or gone. */
    public Optional<Secret> password(SandboxName name) {
        try {
            Path file = SandboxFolder.of(folders.sandboxes(), name).passwordFile();
            return Optional.of(Secret.of(Files.readString(file)));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the sandbox's one role a new password; whoever had the old one is out. */
    public void changePassword(Sandbox sandbox, Runnable stop) throws InterruptedException {
        String fresh = SandboxRole.newPassword();
        sandbox.changePassword(fresh, stop);
        folders.keepSecret(sandbox.folder().passwordFile(), fresh);
    }

    /** A file of a recovery that outlives its attempts' sandboxes; removed by {@link #forget}. */
    public Path keepsake(UUID recoveryId, String name) {
        return folders.keepsakes(recoveryId).resolve(name);
    }

    /**
     * Ends every server of a recovery on this host and removes their folders, keepsakes not.
     *
     * @return what is left, named; empty when all is gone
     */
    public List<String> end(UUID recoveryId) throws InterruptedException {
        List<String> left = new ArrayList<>();
        for (SandboxName name : names()) {
            if (name.recoveryId().equals(recoveryId)) {
                left.addAll(end(name));
            }
        }
        // Where a lease ran out, the launcher removed the sandbox's folder, and knew of no other.
        left.addAll(removeSockets(SandboxFolder.socketPrefix(folders.sandboxes(), recoveryId), Set.of()));
        return left;
    }

    /** Removes folders of sockets whose sandboxes are gone; says what is left. */
    public List<String> removeStraySockets() {
        Set<Path> wanted = names().stream()
                .map(name -> SandboxFolder.of(folders.sandboxes(), name).socket())
                .collect(java.util.stream.Collectors.toSet());
        return removeSockets(SandboxFolder.socketPrefix(folders.sandboxes()), wanted);
    }

    private List<String> removeSockets(String prefix, Set<Path> wanted) {
        List<String> left = new ArrayList<>();
        for (Path socket : folders.sockets(prefix)) {
            if (!wanted.contains(socket)) {
                left.addAll(folders.remove(socket));
            }
        }
        return left;
    }

    /** Ends the server of one attempt and removes its folder; says what is left. */
    public List<String> end(SandboxName name) throws InterruptedException {
        // The held one first: the other's launcher removes the folder that it is in.
        List<String> left = new ArrayList<>(launcher.end(name.held(), GONE));
        left.addAll(launcher.end(name.toString(), GONE));
        SandboxFolder folder = SandboxFolder.of(folders.sandboxes(), name);
        // There is no launcher for what never got a server.
        left.addAll(folders.remove(folder.root()));
        if (folder.isSocketOutside()) {
            left.addAll(folders.remove(folder.socket()));
        }
        return left;
    }

    /** Removes what {@link #end} left on purpose; says what is left. */
    public List<String> forget(UUID recoveryId) {
        return folders.remove(folders.keepsakes(recoveryId));
    }

    /** All that have a folder or a server here. */
    public Set<SandboxName> names() {
        Set<SandboxName> names = new TreeSet<>(java.util.Comparator.comparing(SandboxName::toString));
        folders.names().forEach(name -> SandboxName.parse(name).ifPresent(names::add));
        launcher.names().forEach(name -> SandboxName.parse(name).ifPresent(names::add));
        return names;
    }

    private Sandbox sandbox(SandboxName name, SandboxFolder folder, int major, Secret password, int port) {
        return new Sandbox(
                name,
                folder,
                major,
                password,
                port,
                folders,
                programs,
                new SandboxServer(name, folder, folders, launcher),
                new Tools(runner));
    }
}
