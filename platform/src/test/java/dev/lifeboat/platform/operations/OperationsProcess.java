package dev.lifeboat.platform.operations;

import static org.awaitility.Awaitility.await;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.plain.PlainDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** An instance in a process of its own, so that it can really be killed and stopped. Ends with its parent. */
final class OperationsProcess {
    static final String HELD = "held at ";
    static final String REFUSED = "refused: ";
    static final String IDLE = "nothing runs here any more";

    private OperationsProcess() {}

    /** Database, user, password, folder, and the stage at which its first run is held until a line is read. */
    public static void main(String[] args) throws Exception {
        LocalParts.Database place = new LocalParts.Database("test", args[0], args[1], args[2]);
        String held = args[4];
        CountDownLatch goOn = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> awaitParent(goOn));
        ThreeSteps steps = new ThreeSteps((context, stage) -> {
            if (stage.equals(held)) {
                say(HELD + stage);
                awaitQuietly(goOn);
            }
        });
        Script told = new Script(ThreeSteps.KIND, 1, context -> {
            try {
                return steps.run(context);
            } catch (LeaseLost e) {
                say(REFUSED + "LeaseLost");
                throw e;
            } catch (RuntimeException e) {
                say(REFUSED + e.getClass().getSimpleName());
                throw e;
            }
        });
        OperationsInstance instance = new OperationsInstance(
                        new PlainDatabase(place),
                        InstantSource.system(),
                        Path.of(args[3]),
                        List.of(told),
                        OperationsProcess::quick)
                .start();
        goOn.await();
        await().atMost(Duration.ofMinutes(1)).until(() -> instance.executor.running() == 0);
        say(IDLE);
        new CountDownLatch(1).await();
    }

    /** Short leases: a test waits for them to run out. Not so short that a busy machine takes them from who is alive. */
    static OperationSettings quick(OperationSettings settings) {
        return new OperationSettings(
                settings.instance(),
                settings.service(),
                Duration.ofSeconds(5),
                Duration.ofMillis(500),
                Duration.ofMillis(250),
                settings.cap(),
                settings.shutdownGrace(),
                settings.folder());
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void awaitParent(CountDownLatch goOn) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (lines.readLine() != null) {
                goOn.countDown();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
