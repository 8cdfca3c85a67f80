package dev.lifeboat.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ProcessRunnerTest {
    @TempDir
    Path temp;

    private ProcessRunner runner;

    @BeforeEach
    void start() {
        runner = new ProcessRunner(temp.resolve("work"), Duration.ofSeconds(1));
    }

    @AfterEach
    void noControlFolderIsLeft() throws IOException {
        try (var runs = Files.list(runner.runs())) {
            assertThat(runs).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 1, 1", "exit 77, 77", "exit 125, 125", "kill -9 $$, 137", "kill -TERM $$, 143"})
    void tellsTheExitStatusAsItWas(String script, int exit) throws InterruptedException {
        ProcessResult result = runner.run(bash(script));

        assertThat(result.exit()).isEqualTo(exit);
        assertThat(result.succeeded()).isEqualTo(exit == 0);
        assertThat(result.cancelled()).isFalse();
    }

    @Test
    void passesArgumentsUntouchedByAnyShell() throws InterruptedException {
        var cruel = List.of("a b", "$(touch /tmp/never)", "'\"\\", "", "*", "-n", "ünï\n2");

        var command = new ArrayList<>(List.of("/usr/bin/printf", "[%s]"));
        command.addAll(cruel);
        ProcessResult result = runner.run(ProcessSpec.of(command).stdout(new ProcessOutput.Text(1000)));

        assertThat(result.stdout()).isEqualTo("[a b][$(touch /tmp/never)]['\"\\][][*][-n][ünï\n2]");
    }

    @Test
    void givesTheToolAnEnvironmentOfItsOwn() throws InterruptedException {
        ProcessResult result = runner.run(ProcessSpec.of("env")
                .environment("SHOWN", "yes")
                .secret("PGPASSWORD", Secret.of("top secret"))
                .stdout(new ProcessOutput.Text(10_000)));

        assertThat(result.stdout().lines().map(line -> line.substring(0, line.indexOf('='))))
                .filteredOn(name -> !List.of("PWD", "SHLVL", "_").contains(name))
                .containsExactlyInAnyOrder("PATH", "LANG", "TZ", "HOME", "USER", "LOGNAME", "SHOWN", "PGPASSWORD");
        assertThat(result.stdout()).contains("PGPASSWORD=***").doesNotContain("top secret");
    }

    @Test
    void tellsTheToolToWhichStoryItBelongs() throws Exception {
        Correlation story = new Correlation("story-1", null, "principal/alice", null);

        ProcessResult result =
                story.call(() -> runner.run(ProcessSpec.of("env").stdout(new ProcessOutput.Text(10_000))));

        assertThat(result.stdout()).contains("LIFEBOAT_CORRELATION_ID=story-1\n");
    }

    @Test
    void keepsSecretsOutOfWhatItKeepsAndOutOfCommandLines() throws InterruptedException {
        var lines = Collections.synchronizedList(new ArrayList<String>());
        ProcessSpec spec =
                bash("echo \"password $P\"; echo \"error near $P\" >&2; head -c 20000 /dev/zero | tr '\\0' x >&2;"
                                + " printf '%s' \"$P\" >&2; cat /proc/$$/cmdline /proc/$PPID/cmdline")
                        .secret("P", Secret.of("s3cret-value"))
                        .onStderrLine(lines::add);

        ProcessResult result = runner.run(spec);

        assertThat(result.succeeded()).isTrue();
        assertThat(result.stdout() + result.stderrTail() + lines).doesNotContain("s3cret-value");
        assertThat(result.stdout()).contains("password ***", "lifeline");
        assertThat(lines).first().isEqualTo("error near ***");
        assertThat(lines).last().asString().endsWith("x***");
        assertThatThrownBy(
                        () -> runner.run(ProcessSpec.of("echo", "s3cret-value").secret("P", Secret.of("s3cret-value"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret-value");
    }

    @Test
    void keepsTheEndOfAVeryLongOutput() throws InterruptedException {
        ProcessResult result = runner.run(bash("seq 1 200000; seq 1 200000 >&2").keepStderr(100));

        assertThat(result.stderrTail()).endsWith("199999\n200000").hasSizeLessThanOrEqualTo(100);
        assertThat(result.stdout()).endsWith("200000").hasSizeLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void streamsInputAndOutputOfAnySize() throws InterruptedException {
        var counted = new AtomicLong();

        ProcessResult result = runner.run(ProcessSpec.of("cat")
                .stdin(new ProcessInput.Written(stdin -> writeBlocks(stdin, 320)))
                .stdout(new ProcessOutput.Consumed(
                        stdout -> counted.set(stdout.transferTo(OutputStream.nullOutputStream())))));

        assertThat(result.requireSuccess().exit()).isZero();
        assertThat(counted).hasValue(320L * 65536);
    }

    @Test
    void readsFromAFileAndWritesIntoOne() throws Exception {
        Path in = Files.writeString(temp.resolve("in"), "three\ntwo\none\n");
        Path out = temp.resolve("out");

        runner.run(ProcessSpec.of("sort").stdin(new ProcessInput.FromFile(in)).stdout(new ProcessOutput.ToFile(out)))
                .requireSuccess();

        assertThat(out).hasContent("one\nthree\ntwo\n");
    }

    @Test
    void aToolThatStopsReadingDidNotSucceed() throws InterruptedException {
        ProcessResult result = runner.run(
                ProcessSpec.of("head", "-c", "1").stdin(new ProcessInput.Written(stdin -> writeBlocks(stdin, 64))));

        assertThat(result.exit()).isZero();
        assertThat(result.inputRefused()).isTrue();
        assertThat(result.succeeded()).isFalse();
        assertThat(result.failure().code()).isEqualTo("process.input-refused");
    }

    @Test
    void aSourceThatFailsNeverLooksLikeTheEndOfTheInput() {
        Path seen = temp.resolve("seen-whole");

        assertThatThrownBy(() -> runner.run(
                        bash("cat >/dev/null && touch '" + seen + "'").stdin(new ProcessInput.Written(stdin -> {
                            writeBlocks(stdin, 2);
                            throw new IOException("object store away");
                        }))))
                .isInstanceOf(ProcessException.class)
                .hasRootCauseMessage("object store away");
        assertThat(seen).doesNotExist();
    }

    @Test
    void aReaderThatFailsEndsTheToolAndIsTheCause() {
        var failure = catchThrowableOfType(
                ProcessException.class,
                () -> runner.run(ProcessSpec.of("yes").stdout(new ProcessOutput.Consumed(stdout -> {
                    stdout.readNBytes(1000);
                    throw new IOException("upload refused");
                }))));

        assertThat(failure.failure().code()).isEqualTo("process.stream-failed");
        assertThat(failure).hasRootCauseMessage("upload refused");
    }

    @Test
    void theExitStatusSaysMoreThanTheStreamThatItCutShort() throws InterruptedException {
        ProcessResult result = runner.run(
                bash("echo half; echo 'connection lost' >&2; exit 3").stdout(new ProcessOutput.Consumed(stdout -> {
                    stdout.readAllBytes();
                    throw new IOException("archive is cut");
                })));

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.failure().found()).isEqualTo("exit status 3: connection lost");
    }

    @Test
    void moreOutputThanExpectedIsAnError() {
        assertThatThrownBy(() -> runner.run(ProcessSpec.of("seq", "100000").stdout(new ProcessOutput.Text(1000))))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("more than 1000 bytes");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        var failure =
                catchThrowableOfType(ProcessException.class, () -> runner.run(ProcessSpec.of("no-such-program-here")));

        assertThat(failure.failure().code()).isEqualTo("process.program-missing");
        assertThat(failure.failure().message()).contains("no-such-program-here");
    }

    @Test
    void theDeadlineEndsATreeThatIgnoresTerm() throws Exception {
        Path pids = temp.resolve("pids");
        String stubborn = "trap '' TERM; echo $BASHPID >>" + pids + "; %s while :; do read -t 1 <> <(:); done";
        Path inSession = Files.writeString(temp.resolve("in-session"), stubborn.formatted(""));
        Path inGroup =
                Files.writeString(temp.resolve("in-group"), stubborn.formatted("setsid bash " + inSession + " & "));
        Path leader = Files.writeString(temp.resolve("leader"), stubborn.formatted("bash " + inGroup + " & "));

        ProcessResult result =
                runner.run(ProcessSpec.of("bash", leader.toString()).deadline(Duration.ofMillis(700)));

        assertThat(result.timedOut()).isTrue();
        assertThat(result.failure().code()).isEqualTo("process.timed-out");
        assertThat(result.signal()).hasValue(9);
        assertThat(Files.readAllLines(pids)).hasSize(3).noneMatch(pid -> isRunning(Long.parseLong(pid)));
    }

    @Test
    void whatTheToolLeftBehindEndsWithIt() throws Exception {
        Path pid = temp.resolve("pid");

        ProcessResult result = runner.run(bash("sleep 1000 >/dev/null 2>&1 & echo $! >'" + pid + "'; exit 0"));

        assertThat(result.succeeded()).isTrue();
        assertThat(isRunning(Long.parseLong(Files.readString(pid).trim()))).isFalse();
    }

    @Test
    void cancelRemovesTheScratchFolderAndSuccessDoesNot() throws Exception {
        Path scratch = Files.createDirectories(runner.work().resolve("scratch/one"));
        Files.writeString(scratch.resolve("half"), "x");

        runner.run(ProcessSpec.of("true").scratch(scratch)).requireSuccess();
        assertThat(scratch).exists();

        try (RunningProcess process =
                runner.start(ProcessSpec.of("sleep", "1000").scratch(scratch))) {
            await().until(() -> process.tool().isPresent());
            ProcessIdentity tool = process.tool().orElseThrow();
            process.cancel();
            ProcessResult result = process.await();

            assertThat(result.cancelled()).isTrue();
            assertThat(result.timedOut()).isFalse();
            assertThat(tool.isAlive()).isFalse();
            assertThat(scratch).doesNotExist();
        }
    }

    @Test
    void removesNoFolderThatIsNotBelowItsOwn() {
        for (String folder : List.of("/", "/tmp", runner.work().toString(), runner.work() + "/../other")) {
            assertThatThrownBy(() -> runner.start(ProcessSpec.of("true").scratch(Path.of(folder))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anInterruptEndsTheToolBeforeItIsPassedOn() throws Exception {
        var started = new CountDownLatch(1);
        var tool = new AtomicReference<ProcessIdentity>();
        var thrown = new AtomicReference<Throwable>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try (RunningProcess process = runner.start(ProcessSpec.of("sleep", "1000"))) {
                await().until(() -> process.tool().isPresent());
                tool.set(process.tool().orElseThrow());
                started.countDown();
                process.await();
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        started.await();

        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(tool.get().isAlive()).isFalse();
    }

    @Test
    void aLauncherThatWasKilledLeavesNoTool() throws Exception {
        RunningProcess process = runner.start(ProcessSpec.of("sleep", "1000"));
        await().until(() -> process.tool().isPresent());
        ProcessIdentity tool = process.tool().orElseThrow();
        long launcher = ProcessIdentity.Stat.of(tool.pid()).orElseThrow().parent();

        ProcessHandle.of(launcher).orElseThrow().destroyForcibly();
        ProcessResult result = process.await();

        assertThat(result.succeeded()).isFalse();
        assertThat(tool.isAlive()).isFalse();
    }

    @Test
    void aLauncherThatHangsDoesNotKeepTheToolAlive() throws Exception {
        RunningProcess process = runner.start(ProcessSpec.of("sleep", "1000"));
        await().until(() -> process.tool().isPresent());
        ProcessIdentity tool = process.tool().orElseThrow();
        long launcher = ProcessIdentity.Stat.of(tool.pid()).orElseThrow().parent();
        for (ProcessIdentity.Stat stat : ProcessFamily.seen()) {
            if (stat.session() == launcher && stat.pid() != tool.pid()) {
                new ProcessBuilder("bash", "-c", "kill -s STOP " + stat.pid())
                        .start()
                        .waitFor();
            }
        }

        process.cancel();
        ProcessResult result = process.await();

        assertThat(result.cancelled()).isTrue();
        assertThat(tool.isAlive()).isFalse();
        await().until(() ->
                ProcessFamily.seen().stream().noneMatch(stat -> stat.session() == launcher && !stat.isDead()));
    }

    @Test
    void runsAsAnotherUserWhenWeAreRoot() throws InterruptedException {
        org.junit.jupiter.api.Assumptions.assumeTrue(OsUser.areWeRoot(), "only root can become another user");

        ProcessResult result =
                runner.run(bash("id -un; id -gn; echo $HOME").runAs("nobody").stdout(new ProcessOutput.Text(1000)));

        assertThat(result.stdout().lines())
                .containsExactly("nobody", "nogroup", OsUser.named("nobody").home());
        assertThat(catchThrowableOfType(
                                ProcessException.class,
                                () -> runner.run(ProcessSpec.of("true").runAs("no-such-user")))
                        .failure()
                        .code())
                .isEqualTo("process.user-unknown");
    }

    private static void writeBlocks(OutputStream stdin, int blocks) throws IOException {
        byte[] block = "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < blocks; i++) {
            stdin.write(block);
        }
    }

    private static boolean isRunning(long pid) {
        return ProcessIdentity.of(pid).filter(ProcessIdentity::isAlive).isPresent();
    }

    private static ProcessSpec bash(String script) {
        return ProcessSpec.of("bash", "-c", script);
    }
}
