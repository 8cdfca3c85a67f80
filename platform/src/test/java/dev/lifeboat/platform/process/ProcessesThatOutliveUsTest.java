package dev.lifeboat.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really killed. */
@Timeout(120)
class ProcessesThatOutliveUsTest {
    private static final String STUBBORN = "trap '' TERM; echo $BASHPID >>%s; while :; do read -t 1 <> <(:); done";
    private static final SandboxSpec.StopSignal TERM = new SandboxSpec.StopSignal("TERM", Duration.ofMillis(500));

    @TempDir
    Path temp;

    private Path work;
    private Path root;
    private Path pids;
    private SandboxLauncher launcher;
    private final List<Process> services = new ArrayList<>();

    @BeforeEach
    void folders() throws IOException {
        work = temp.toRealPath().resolve("work");
        root = Files.createDirectories(work.resolve("roots"));
        pids = temp.resolve("pids");
        launcher = new SandboxLauncher(work, List.of(root), Duration.ofMillis(100));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        services.forEach(Process::destroyForcibly);
        for (String name : launcher.names()) {
            assertThat(launcher.end(name, Duration.ofSeconds(20))).isEmpty();
        }
        assertThat(alive()).isEmpty();
    }

    @Test
    void killingTheServiceLeavesNoToolNoChildAndNoScratchFolder() throws Exception {
        Process service = service("tool", "(" + STUBBORN.formatted(pids) + ") & " + STUBBORN.formatted(pids));
        await().atMost(Duration.ofSeconds(60)).until(() -> alive().size() == 2);

        service.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(60)).until(() -> alive().isEmpty());
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(work.resolve("scratch")).doesNotExist();
            assertThat(work.resolve("runs")).isEmptyDirectory();
        });
    }

    @Test
    void killingServiceAndLauncherLeavesWorkForTheReaperAndNothingElse() throws Exception {
        Process service = service("tool", STUBBORN.formatted(pids));
        await().atMost(Duration.ofSeconds(60)).until(() -> alive().size() == 1);
        ControlFolder control;
        try (var runs = Files.list(work.resolve("runs"))) {
            control = new ControlFolder(runs.findFirst().orElseThrow());
        }
        await().until(() -> control.process("launcher").isPresent());
        ProcessIdentity guard = control.process("launcher").orElseThrow();
        var runner = new ProcessRunner(work, Duration.ofMillis(500));
        var reaper = new Reaper(runner, launcher, Duration.ofMillis(500));

        // As long as the service lives, its tools are none of the reaper's.
        assertThat(reaper.reap().tools()).isEmpty();

        // The launcher first: otherwise it would do its work.
        ProcessHandle.of(service.pid()).ifPresent(handle -> signal("STOP", handle.pid()));
        signal("KILL", guard.pid());
        service.destroyForcibly().waitFor();
        await().until(() -> !guard.isAlive());
        assertThat(alive()).hasSize(1);

        Reaper.Report report = reaper.reap();

        assertThat(report.tools()).hasSize(1);
        assertThat(report.folders()).containsExactly(work.resolve("scratch"));
        assertThat(alive()).isEmpty();
        assertThat(work.resolve("scratch")).doesNotExist();
        assertThat(work.resolve("runs")).isEmptyDirectory();
    }

    @Test
    void theReaperTouchesNoStrangerWhoHasThePidNow() throws Exception {
        var runner = new ProcessRunner(work, Duration.ofMillis(500));
        Process stranger = new ProcessBuilder("sleep", "1000").start();
        services.add(stranger);
        Path run = Files.createDirectories(work.resolve("runs/old"));
        Files.writeString(run.resolve("owner"), Integer.MAX_VALUE + " 1\n");
        Files.writeString(
                run.resolve("process"), "launcher " + Integer.MAX_VALUE + " 1\ntool " + stranger.pid() + " 1\n");
        Files.writeString(run.resolve("scratch"), temp.toString());

        Reaper.Report report = new Reaper(runner, launcher, Duration.ofMillis(500)).reap();

        assertThat(report.tools()).isEmpty();
        assertThat(report.folders()).isEmpty();
        assertThat(stranger.isAlive()).isTrue();
        assertThat(temp).exists();
        assertThat(run).doesNotExist();
    }

    @Test
    void aSandboxSurvivesItsServiceAndEndsWithItsLease() throws Exception {
        Process service = service("sandbox", STUBBORN.formatted(pids), "3600");
        await().atMost(Duration.ofSeconds(60)).until(() -> alive().size() == 1);
        await().until(() -> launcher.find("one").isPresent());
        service.destroyForcibly().waitFor();
        SandboxRecord record = launcher.find("one").orElseThrow();
        assertThat(record.isServerAlive()).isTrue();
        assertThat(record.launcher().isAlive()).isTrue();
        assertThat(launcher.adopt("one")).isFalse();

        assertThat(launcher.renew("one", Instant.now().minusSeconds(1))).isTrue();

        await().atMost(Duration.ofSeconds(60)).until(() -> launcher.find("one").isEmpty());
        assertThat(record.isServerAlive()).isFalse();
        assertThat(record.folder()).doesNotExist();
        assertThat(launcher.names()).isEmpty();
        assertThat(launcher.renew("one", Instant.now())).isFalse();
    }

    @Test
    void aSandboxThatIsEndedIsGone() throws Exception {
        SandboxRecord record = start("two", STUBBORN.formatted(pids), 3600);
        assertThat(Files.readString(work.resolve("sandboxes/two.sandbox")))
                .contains("server " + record.server().pid() + " "
                        + record.server().startTicks());

        assertThat(launcher.end("two", Duration.ofSeconds(20))).isEmpty();

        assertThat(record.isServerAlive()).isFalse();
        assertThat(record.launcher().isAlive()).isFalse();
        assertThat(record.folder()).doesNotExist();
        assertThat(launcher.end("two", Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void aServerThatEndedLeavesItsFolderUntilTheLeaseEnds() throws Exception {
        SandboxRecord record = start("three", "echo started; exit 3", 3600);

        await().until(() -> launcher.find("three").flatMap(SandboxRecord::exit).isPresent());

        assertThat(launcher.find("three").flatMap(SandboxRecord::exit)).contains(3);
        assertThat(record.folder().resolve("log")).hasContent("started");
        assertThat(launcher.end("three", Duration.ofSeconds(20))).isEmpty();
        assertThat(record.folder()).doesNotExist();
    }

    @Test
    void stoppingAServerKeepsItsFolder() throws Exception {
        SandboxRecord record = start("four", "exec sleep 1000", 3600);

        assertThat(launcher.stop("four", TERM)).isTrue();

        assertThat(record.isServerAlive()).isFalse();
        assertThat(record.folder()).exists();
        assertThat(launcher.stop("four", TERM)).isTrue();
    }

    @Test
    void aServerWhoseLauncherWasKilledIsAdoptedAndEndsWithItsLease() throws Exception {
        SandboxRecord record = start(
                "five",
                "setsid bash -c '" + STUBBORN.formatted(pids).replace("'", "'\\''") + "' & " + STUBBORN.formatted(pids),
                3600);
        await().until(() -> alive().size() == 2);
        signal("KILL", record.launcher().pid());
        await().until(() -> !record.launcher().isAlive());
        assertThat(record.isServerAlive()).isTrue();

        Reaper.Report report =
                new Reaper(new ProcessRunner(work, Duration.ofSeconds(1)), launcher, Duration.ofMillis(500)).reap();

        assertThat(report.adopted()).containsExactly("five");
        assertThat(launcher.find("five").orElseThrow().launcher().isAlive()).isTrue();
        assertThat(record.isServerAlive()).isTrue();
        launcher.renew("five", Instant.now().minusSeconds(1));
        await().atMost(Duration.ofSeconds(60)).until(() -> launcher.find("five").isEmpty());
        assertThat(alive()).isEmpty();
        assertThat(record.folder()).doesNotExist();
    }

    @Test
    void aLeaseThatCannotBeReadHasEnded() throws Exception {
        SandboxRecord record = start("six", "exec sleep 1000", 3600);

        Files.writeString(work.resolve("sandboxes/six.lease"), "tomorrow\n");

        await().atMost(Duration.ofSeconds(60)).until(() -> launcher.find("six").isEmpty());
        assertThat(record.isServerAlive()).isFalse();
    }

    @Test
    void aLeaseThatCannotBeWrittenLeavesNothingBeside() throws Exception {
        // A folder that is not empty cannot be written over: as with a full disk, the write breaks off.
        Files.createDirectories(work.resolve("sandboxes/eight.lease/taken"));

        assertThatThrownBy(() -> start("eight", "exit 0", 3600)).isInstanceOf(ProcessException.class);

        try (Stream<Path> left = Files.list(work.resolve("sandboxes"))) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("eight.lease");
        }
    }

    @Test
    void removesNoFolderOutsideItsRoots() throws Exception {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Path link = Files.createSymbolicLink(root.resolve("link"), outside);
        for (Path folder :
                List.of(outside, root, link, root.resolve("../roots/x"), root.resolve("a/b"), Path.of("/"))) {
            assertThatThrownBy(() -> launcher.start(spec("seven", folder, "exit 0", 3600)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(outside).exists();
    }

    private SandboxRecord start(String name, String script, long seconds) throws Exception {
        return launcher.start(spec(name, Files.createDirectories(root.resolve(name)), script, seconds));
    }

    private static SandboxSpec spec(String name, Path folder, String script, long seconds) {
        return new SandboxSpec(
                name,
                folder,
                ProcessSpec.of("bash", "-c", script),
                folder.resolve("log"),
                Instant.now().plusSeconds(seconds),
                List.of(TERM));
    }

    private Process service(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ServiceToBeKilled.class.getName(),
                work.toString()));
        command.addAll(List.of(arguments));
        Process service = new ProcessBuilder(command).inheritIO().start();
        services.add(service);
        return service;
    }

    /** Those of the processes that wrote their pid down which still run. */
    private List<String> alive() throws IOException {
        return Files.exists(pids)
                ? Files.readAllLines(pids).stream()
                        .filter(pid -> ProcessIdentity.of(Long.parseLong(pid))
                                .filter(ProcessIdentity::isAlive)
                                .isPresent())
                        .toList()
                : List.of();
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("bash", "-c", "kill -s " + name + " " + pid)
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
