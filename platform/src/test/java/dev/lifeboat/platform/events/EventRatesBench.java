package dev.lifeboat.platform.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.RealParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.event.Keys;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How many events pass from a commit through Kafka to a committed effect, and how long one takes. Not among the tests:
 * {@code bin/bench --only=events} runs it, and reads what it writes to the file {@code lifeboat.bench.output}.
 */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class EventRatesBench {
    private static final int CLUSTERS = 40;

    @Inject
    Database database;

    @Inject
    Outbox outbox;

    @Inject
    RatesConsumer consumer;

    private final Map<UUID, Long> published = new ConcurrentHashMap<>();

    @Test
    void rates() throws Exception {
        sustained(Duration.ofSeconds(10), 3, 4);
        latency(Duration.ofSeconds(5));

        double one = sustained(Duration.ofSeconds(15), 3, 1);
        double four = sustained(Duration.ofSeconds(15), 3, 4);
        long[] latencies = latency(Duration.ofSeconds(20));
        write(one, four, latencies);
    }

    private static void write(double one, double four, long[] latencies) throws IOException {
        String output = System.getProperty("lifeboat.bench.output");
        if (output != null) {
            Files.writeString(
                    Path.of(output),
                    """
                    {"eventsPerSecond": %.0f, "p50Milliseconds": %.2f, "p99Milliseconds": %.2f,
                     "note": "4 events each commit, 3 writers, to the last committed effect; with 1 each commit %.0f/s"}
                    """
                            .formatted(
                                    four,
                                    latencies[latencies.length / 2] / 1e6,
                                    latencies[(int) (latencies.length * 0.99)] / 1e6,
                                    one));
        }
    }

    /** Events each second, from the first commit to the last effect. */
    private double sustained(Duration length, int writers, int perCommit) throws Exception {
        forget();
        Duration[] cpuBefore = cpu();
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer;
                running.add(threads.submit(() -> {
                    for (int i = first; System.nanoTime() - begin < length.toNanos(); i += writers) {
                        publish("c" + i % CLUSTERS, perCommit);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        long written = System.nanoTime() - begin;
        int takenMeanwhile = consumer.committed().size();
        await().atMost(Duration.ofMinutes(3)).until(() -> consumer.committed().size() == published.size());
        double all = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "RATES %d per commit: %d events, written at %.0f/s, taken meanwhile %d, end to end %.0f/s%n",
                perCommit,
                published.size(),
                published.size() / (written / 1e9),
                takenMeanwhile,
                published.size() / all);
        Duration[] cpuAfter = cpu();
        System.out.printf(
                "RATES processor time per event: service %.0f us, PostgreSQL %.0f us, Kafka %.0f us%n",
                perEvent(cpuBefore[0], cpuAfter[0]),
                perEvent(cpuBefore[1], cpuAfter[1]),
                perEvent(cpuBefore[2], cpuAfter[2]));
        assertThat(consumer.committed()).hasSameSizeAs(published);
        return published.size() / all;
    }

    private double perEvent(Duration before, Duration after) {
        return after.minus(before).toNanos() / 1e3 / published.size();
    }

    /** Of this JVM, of the database's processes, of the broker. On a busy machine it tells more than the clock. */
    private static Duration[] cpu() {
        LocalParts parts = LocalParts.shared();
        return new Duration[] {
            ownThreads(),
            cpu(parts.postgres().process().orElseThrow().pid()),
            cpu(parts.kafka().process().orElseThrow().pid())
        };
    }

    /** Without the compiler's and the collector's threads: the first is still warming up on a machine with few processors. */
    private static Duration ownThreads() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Duration.ofNanos(LongStream.of(threads.getAllThreadIds())
                .map(threads::getThreadCpuTime)
                .filter(nanos -> nanos > 0)
                .sum());
    }

    private static Duration cpu(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(process), process.descendants())
                .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** Of each event, in nanoseconds, sorted. */
    private long[] latency(Duration length) {
        forget();
        long begin = System.nanoTime();
        long count = length.toSeconds() * 100;
        for (int i = 0; i < count; i++) {
            long due = begin + i * 10_000_000L;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            publish("c" + i % CLUSTERS, 1);
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> consumer.committed().size() == published.size());
        long[] sorted = published.entrySet().stream()
                .mapToLong(entry -> consumer.committed().get(entry.getKey()) - entry.getValue())
                .sorted()
                .toArray();
        System.out.printf(
                "RATES latency at 100/s: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[sorted.length - 1] / 1e6);
        return sorted;
    }

    private void publish(String cluster, int count) {
        List<UUID> ids = new ArrayList<>();
        database.useTransaction(handle -> {
            for (int i = 0; i < count; i++) {
                UUID backup = UUID.randomUUID();
                ids.add(outbox.publish(
                        handle,
                        new Publication(
                                Keys.cluster(cluster),
                                "backup/" + backup,
                                null,
                                1,
                                new BackupEvent.BackupSkipped(
                                        backup, cluster, "dump", "nightly", Instant.EPOCH, Instant.EPOCH, "busy"))));
            }
        });
        long now = System.nanoTime();
        ids.forEach(id -> published.put(id, now));
    }

    private void forget() {
        published.clear();
        consumer.committed().clear();
    }
}
