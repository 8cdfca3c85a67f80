package dev.lifeboat.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.process.ProcessIdentity;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test's JVM that is killed takes its servers with it. */
class LifelineIT {
    @Test
    void theServersOfAKilledJvmEnd() throws Exception {
        Process jvm = new ProcessBuilder(
                        JavaProgram.tool("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(),
                        Holder.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<ProcessIdentity> servers;
        Path folder;
        try (BufferedReader out = jvm.inputReader()) {
            folder = Path.of(out.readLine());
            servers = Stream.of(out.readLine().split(","))
                    .map(text -> ProcessIdentity.parse(text).orElseThrow())
                    .toList();
        }
        assertThat(servers).hasSize(4).allMatch(ProcessIdentity::alive);

        jvm.destroyForcibly().waitFor();

        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (servers.stream().anyMatch(ProcessIdentity::alive) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        assertThat(servers).noneMatch(ProcessIdentity::alive);
        assertThat(folder).exists();
        // The next one that starts clears up: the shared one, unless somebody asked for it before.
        LocalParts next = System.getProperty(LocalParts.SHARED) == null ? LocalParts.shared() : LocalParts.start();
        next.close();
        assertThat(folder).doesNotExist();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Starts parts, says which, and waits to be killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws InterruptedException {
            LocalParts parts = LocalParts.start();
            System.out.println(parts.newFolder("x").getParent());
            System.out.println(Stream.of(parts.postgres(), parts.kafka(), parts.east(), parts.west())
                    .map(part -> part.process().orElseThrow().toString())
                    .reduce((a, b) -> a + "," + b)
                    .orElseThrow());
            Thread.sleep(Duration.ofMinutes(5));
        }
    }
}
