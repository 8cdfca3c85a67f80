package dev.lifeboat.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.JavaProgram;
import dev.lifeboat.local.LocalStackCommand;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ProcessIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command as a person uses it, in a process of its own: what it starts, what it ends, what it leaves alone. */
class StackCommandIT {
    private static final List<String> FOUNDATIONS = List.of("postgres", "kafka", "s3-east", "s3-west");

    private final Map<String, String> environment = new HashMap<>();
    private Path home;

    @BeforeEach
    void aHomeAndPortsOfItsOwn() throws IOException {
        home = Files.createTempDirectory("lb");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        environment.put("LIFEBOAT_HOME", home.toString());
        for (PartName part : PartName.values()) {
            environment.put(part.variable(), Integer.toString(Ports.free()));
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        Path data = data();
        run("down");
        assertThat(running()).isEmpty();
        for (Path folder : List.of(home, data)) {
            new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
        }
    }

    @Test
    void downFindsWhatAKilledUpLeftUpIsRepeatableAndDownEndsItsOwnAlone() throws Exception {
        // Given what was left when it was killed while it was brought up
        Process up = start("up", "--no-services");
        await(() -> running().size() >= 2);
        up.destroyForcibly().waitFor();
        assertThat(running()).isNotEmpty();

        // Then it is found when it is brought down
        Result cleared = run("down");
        assertThat(cleared.code()).as(cleared.output()).isZero();
        assertThat(running()).isEmpty();

        // When it is brought up, as if nothing had happened
        Result first = run("up", "--no-services");
        assertThat(first.code()).as(first.output()).isZero();
        Map<String, ProcessIdentity> before = running();
        assertThat(before).containsOnlyKeys(FOUNDATIONS);
        assertThat(first.output().lines())
                .filteredOn(line -> !line.contains(home.toString()))
                .allMatch(line -> line.length() <= 80);

        // Then all that others need is in its file, which is its owner's alone
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("stack.json"))))
                .isEqualTo("rw-------");
        JsonNode stack = new ObjectMapper().readTree(home.resolve("stack.json").toFile());
        before.forEach((name, process) ->
                assertThat(stack.at("/processes/" + name + "/pid").asLong()).isEqualTo(process.pid()));

        // When one part dies and it is brought up again
        kill("KILL", before.get("postgres").pid());
        await(() -> !before.get("postgres").alive());
        assertThat(run("status").code()).isEqualTo(1);
        Result second = run("up", "--no-services");

        // Then that part alone is new, and the secrets are the same
        assertThat(second.code()).as(second.output()).isZero();
        Map<String, ProcessIdentity> after = running();
        assertThat(after).containsOnlyKeys(FOUNDATIONS);
        FOUNDATIONS.forEach(name ->
                assertThat(after.get(name).equals(before.get(name))).as(name).isEqualTo(!name.equals("postgres")));
        assertThat(new ObjectMapper()
                        .readTree(home.resolve("stack.json").toFile())
                        .get("tokens"))
                .isEqualTo(stack.get("tokens"));

        // When another one is brought up beside it, in a folder that PostgreSQL's user cannot enter
        StackCommandIT other = new StackCommandIT();
        other.aHomeAndPortsOfItsOwn();
        try {
            Files.setPosixFilePermissions(other.home, PosixFilePermissions.fromString("rwx------"));
            other.environment.put("LIFEBOAT_HOME", other.home.resolve("in").toString());
            other.home = other.home.resolve("in");
            Result beside = other.run("up", "--no-services");
            assertThat(beside.code()).as(beside.output()).isZero();

            // And the first is brought down
            Result down = run("down");

            // Then that one is gone, in order, and the other one runs on
            assertThat(down.code()).as(down.output()).isZero();
            assertThat(after.values()).noneMatch(ProcessIdentity::alive);
            assertThat(data().resolve("postgres/postgres.log")).content().contains("fast shutdown request");
            assertThat(other.running()).containsOnlyKeys(FOUNDATIONS);
        } finally {
            other.nothingIsLeft();
            Files.deleteIfExists(other.home.getParent());
        }
    }

    @Test
    void anInterruptDuringUpEndsWhatWasStarted() throws Exception {
        Process up = start("up", "--no-services");
        await(() -> running().size() >= 2);

        kill("INT", up.pid());

        String output = new String(up.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(up.waitFor()).isNotZero();
        assertThat(output).contains("Interrupted");
        assertThat(running()).isEmpty();
    }

    @Test
    void aTakenPortIsRefusedBeforeAnythingIsStarted() throws Exception {
        int port = Integer.parseInt(environment.get("LIFEBOAT_PORT_S3_WEST"));
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Result up = run("up", "--no-services");

            assertThat(holder.isBound()).isTrue();
            assertThat(up.code()).isEqualTo(1);
            assertThat(up.output())
                    .contains(
                            "port-taken",
                            port + " for s3-west",
                            "pid " + ProcessHandle.current().pid(),
                            "LIFEBOAT_PORT_");
            assertThat(running()).isEmpty();
        }
    }

    @Test
    void downLeavesAloneWhoGotThePidOfADeadPart() throws Exception {
        // Given a stack with the record of a part whose id belongs to somebody else by now
        StackHome stackHome = new StackHome(home);
        Stack.prepare(stackHome, environment, Path.of(""), new Terminal(System.out));
        Process innocent = new ProcessBuilder("sleep", "600").start();
        try {
            ProcessIdentity theirs = ProcessIdentity.of(innocent.pid()).orElseThrow();
            Files.createDirectories(data().resolve("kafka"));
            Files.writeString(
                    data().resolve("kafka/kafka.pid"),
                    new ProcessIdentity(theirs.pid(), theirs.startTicks() - 1, theirs.bootId()).toString());

            Result down = run("down");

            assertThat(down.code()).isZero();
            assertThat(down.output()).doesNotContain("kafka");
            assertThat(innocent.isAlive()).isTrue();
        } finally {
            innocent.destroyForcibly();
        }
    }

    private record Result(int code, String output) {}

    private Result run(String... arguments) throws Exception {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private Process start(String... arguments) throws IOException {
        // A build that runs in the background ignores SIGINT, and whoever it starts inherits that; a terminal's user
        // does not.
        List<String> line = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                JavaProgram.tool("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LocalStackCommand.class.getName()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path data() {
        return StackState.read(new StackHome(home)).map(StackState::data).orElse(home.resolve("data"));
    }

    /** What runs of this home, by the records that the processes themselves wrote. */
    private Map<String, ProcessIdentity> running() {
        Map<String, ProcessIdentity> running = new HashMap<>();
        Stream.of(PartName.values()).forEach(part -> {
            Path record = data().resolve(part.text()).resolve(part.text() + ".pid");
            try {
                Optional<ProcessIdentity> process = ProcessIdentity.parse(Files.readString(record));
                process.filter(ProcessIdentity::alive).ifPresent(alive -> running.put(part.text(), alive));
            } catch (IOException never) {
                // Not started.
            }
        });
        return running;
    }

    private static void kill(String signal, long pid) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + pid).start().waitFor();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for a minute").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(10).toNanos());
        }
    }
}
