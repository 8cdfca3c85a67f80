package dev.lifeboat.restore.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.SandboxLauncher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets of sandboxes whose own folder lies too deep for one. */
class SandboxSocketsTest {
    @TempDir
    Path temp;

    private final SandboxName first = new SandboxName(UUID.randomUUID(), 1, 1);
    private final SandboxName second = new SandboxName(UUID.randomUUID(), 1, 1);
    private Sandboxes sandboxes;
    private Sandboxes ofAnotherService;

    @BeforeEach
    void begin() {
        sandboxes = sandboxes(temp.resolve("a".repeat(60)).resolve("one"));
        ofAnotherService = sandboxes(temp.resolve("a".repeat(60)).resolve("two"));
    }

    @AfterEach
    void end() throws Exception {
        for (Sandboxes each : List.of(sandboxes, ofAnotherService)) {
            for (SandboxName name : List.of(first, second)) {
                each.end(name.recoveryId());
            }
        }
    }

    @Test
    void whatALeaseLeftIsRemovedWithItsRecovery() throws Exception {
        Path gone = withoutFolder(sandboxes, first);
        Path another = withoutFolder(sandboxes, second);

        List<String> left = sandboxes.end(first.recoveryId());

        assertThat(left).isEmpty();
        assertThat(gone).doesNotExist();
        assertThat(another).exists();
    }

    @Test
    void straysAreRemovedAndWhatIsUsedOrOfOthersIsNot() {
        Path used = socket(sandboxes, first);
        Path stray = withoutFolder(sandboxes, second);
        Path ofOthers = withoutFolder(ofAnotherService, first);

        List<String> left = sandboxes.removeStraySockets();

        assertThat(left).isEmpty();
        assertThat(stray).doesNotExist();
        assertThat(used).exists();
        assertThat(ofOthers).exists();
    }

    private static Path socket(Sandboxes sandboxes, SandboxName name) {
        Sandbox sandbox = sandboxes.create(name, 15);
        assertThat(sandbox.folder().isSocketOutside()).isTrue();
        return sandbox.makeFolder(sandbox.folder().socket());
    }

    /** As a launcher leaves it that removed the sandbox's folder when its lease ran out. */
    private Path withoutFolder(Sandboxes sandboxes, SandboxName name) {
        Path socket = socket(sandboxes, name);
        Folders folders = new Folders(temp, OsUser.current().name());
        assertThat(folders.remove(
                        sandboxes.find(name, 15, 0).orElseThrow().folder().root()))
                .isEmpty();
        assertThat(Files.exists(socket)).isTrue();
        return socket;
    }

    private static Sandboxes sandboxes(Path work) {
        Folders folders = Folders.in(work, OsUser.current().name());
        ProcessRunner runner = new ProcessRunner(work, Duration.ofSeconds(5));
        return new Sandboxes(
                folders,
                new PostgresTools(runner, Path.of("/usr/lib/postgresql")),
                new SandboxLauncher(runner.work(), List.of(folders.sandboxes()), Duration.ofMillis(250)),
                runner);
    }
}
