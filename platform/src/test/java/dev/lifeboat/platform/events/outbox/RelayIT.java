package dev.lifeboat.platform.events.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reaches Kafka, in which order, whatever becomes of the instances that carry it. */
class RelayIT {
    private static final String TOPIC = "lifeboat.wal";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final String run = UUID.randomUUID().toString();
    private final String transactionalId = KafkaTopics.BACKUP + "-" + run;
    private final List<Instance> instances = new ArrayList<>();
    private TestDatabase database;

    @BeforeAll
    static void waitAsLongAsABusyMachineNeeds() {
        Awaitility.setDefaultTimeout(LONG);
    }

    @AfterAll
    static void waitAsBefore() {
        Awaitility.reset();
    }

    @BeforeEach
    void begin() {
        database = new TestDatabase();
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Instance instance : instances) {
            instance.end();
        }
        database.close();
    }

    @Test
    void theVersionsOfEachAggregateArriveInTheOrderOfTheirCommits() throws Exception {
        int aggregates = 5;
        int changes = 60;
        Instance relay = new Instance(database, LONG);

        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                writers.add(threads.submit(() -> {
                    for (int change = 0; change < changes; change++) {
                        changeOrRollBack(
                                "aggregate/" + ThreadLocalRandom.current().nextInt(aggregates));
                        relay.signal.wake();
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        await().untilAsserted(() -> assertThat(waiting()).isZero());
        for (int aggregate = 0; aggregate < aggregates; aggregate++) {
            String subject = "aggregate/" + aggregate;
            long newest = database.inTransaction(
                    handle -> handle.createQuery("select version from aggregate where subject = :subject")
                            .bind("subject", subject)
                            .mapTo(Long.class)
                            .one());
            assertThat(newest).isGreaterThan(10);
            assertThat(arrived(subject))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, newest).boxed().toList());
        }
    }

    @Test
    void whatCommitsLateIsNotPassedOver() throws Exception {
        Instance relay = new Instance(database, LONG);
        CountDownLatch drawn = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);

        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> late = threads.submit(() -> database.useTransaction(handle -> {
                add(handle, "late", 1);
                drawn.countDown();
                wait(mayCommit);
            }));
            wait(drawn);
            database.useTransaction(handle -> add(handle, "early", 1));
            relay.signal.wake();
            await().untilAsserted(() -> assertThat(arrived("early")).containsExactly(1L));
            mayCommit.countDown();
            late.get();
        }

        await().untilAsserted(() -> assertThat(arrived("late")).containsExactly(1L));
    }

    @Test
    void anInstanceThatWasStoppedAndReplacedSendsNothingWhenItComesBack() throws Exception {
        Gate gate = new Gate(database);
        Instance stopped = new Instance(gate, SHORT);
        await().until(stopped.status::carrying);
        gate.closeAfterReading();
        database.useTransaction(handle -> {
            add(handle, "a", 1);
            add(handle, "a", 2);
        });
        stopped.signal.wake();
        gate.awaitStop();

        // Its own lease is long: a machine that is busy does not take it from it.
        Instance successor = new Instance(database, LONG);
        await().untilAsserted(() -> assertThat(arrived("a")).containsExactly(1L, 2L));
        database.useTransaction(handle -> add(handle, "a", 3));
        await().untilAsserted(() -> assertThat(arrived("a")).containsExactly(1L, 2L, 3L));
        gate.open();

        await().until(() -> stopped.status.trouble().isPresent() || !stopped.status.carrying());
        database.useTransaction(handle -> add(handle, "a", 4));
        await().untilAsserted(() -> assertThat(waiting()).isZero());
        assertThat(arrived("a")).containsExactly(1L, 2L, 3L, 4L);
        assertThat(successor.status.carrying()).isTrue();
    }

    @Test
    void aProducerOfAnEarlierTermIsRefusedByTheBroker() {
        OutboxRow row = row("b", 1);
        try (EventProducer old = open();
                EventProducer current = open()) {

            assertThatThrownBy(() -> old.send(List.of(row)))
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);

            current.send(List.of(row("b", 2)));
            assertThat(arrived("b")).containsExactly(2L);
        }
    }

    @Test
    void aHolderWhoseConnectionIsGoneIsReplacedBeforeItsLeaseEnds() throws Exception {
        Gate gate = new Gate(database);
        Instance killed = new Instance(gate, LONG);
        await().until(killed.status::carrying);
        gate.closeAfterReading();
        gate.awaitStop();
        database.useTransaction(handle -> add(handle, "c", 1));
        int backend = killed.listener.life().orElseThrow().pid();
        killed.listener.stop();
        killed.listening.join();
        LocalParts.shared().postgres().execute("postgres", "select pg_terminate_backend(" + backend + ")");

        Instance successor = new Instance(database, LONG);
        await().until(successor.status::carrying);
        await().untilAsserted(() -> assertThat(arrived("c")).containsExactly(1L));
        gate.open();
    }

    @Test
    void killedBetweenSendingAndDeletingItIsSentAgain() {
        database.useTransaction(handle -> {
            add(handle, "d", 1);
            add(handle, "d", 2);
        });
        try (EventProducer killed = open()) {
            killed.send(database.inTransaction(handle -> OutboxTable.oldest(handle, 10)).stream()
                    .map(OutboxRow.Stored::row)
                    .toList());
        }

        Instance next = new Instance(database, LONG);

        await().untilAsserted(() -> assertThat(waiting()).isZero());
        assertThat(arrived("d")).containsExactly(1L, 2L, 1L, 2L);
        assertThat(next.status.trouble()).isEmpty();
    }

    @Test
    void anotherInstancesCommitWakesTheOneThatCarries() {
        Instance carrying = new Instance(database, LONG, LONG);
        await().until(carrying.status::carrying);
        Instance other = new Instance(database, LONG);
        await().until(() -> other.listener.life().isPresent());

        database.useTransaction(handle -> add(handle, "e", 1));
        other.signal.wake();

        await().untilAsserted(() -> assertThat(arrived("e")).containsExactly(1L));
        assertThat(other.status.carrying()).isFalse();
    }

    private void changeOrRollBack(String subject) {
        try {
            database.useTransaction(handle -> {
                handle.execute("insert into aggregate values (?, 0) on conflict do nothing", subject);
                long version = handle.createQuery(
                                "update aggregate set version = version + 1 where subject = :subject returning version")
                        .bind("subject", subject)
                        .mapTo(Long.class)
                        .one();
                add(handle, subject, version);
                if (ThreadLocalRandom.current().nextInt(5) == 0) {
                    throw new RolledBack();
                }
            });
        } catch (RolledBack intended) {
            // A version that was never committed is drawn again.
        }
    }

    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void add(Handle handle, String subject, long version) {
        OutboxTable.insert(handle, row(subject, version));
    }

    private OutboxRow row(String subject, long version) {
        return new OutboxRow(
                TOPIC,
                run + subject,
                subject,
                UUID.randomUUID(),
                Map.of(),
                Long.toString(version).getBytes(UTF_8));
    }

    private List<Long> arrived(String subject) {
        return TestKafka.committed(TOPIC, record -> (run + subject).equals(record.key())).stream()
                .map(record -> Long.parseLong(new String(record.value(), UTF_8)))
                .toList();
    }

    private long waiting() {
        return database.inTransaction(OutboxTable::backlog).depth();
    }

    private EventProducer open() {
        return EventProducer.open(TestKafka.connection(KafkaTopics.BACKUP), transactionalId);
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops an instance, as SIGSTOP would, where it has read the outbox and not sent yet. */
    private static final class Gate implements Database {
        private final Database database;
        private final AtomicBoolean closing = new AtomicBoolean();
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        Gate(Database database) {
            this.database = database;
        }

        void closeAfterReading() {
            closing.set(true);
        }

        void awaitStop() {
            RelayIT.wait(stopped);
        }

        void open() {
            opened.countDown();
        }

        @Override
        public <T> T inTransaction(Function<Handle, T> work) {
            T result = database.inTransaction(work);
            if (result instanceof List<?> && closing.get()) {
                stopped.countDown();
                RelayIT.wait(opened);
            }
            return result;
        }

        @Override
        public void afterCommit(Runnable action) {
            database.afterCommit(action);
        }
    }

    /** What {@link RelayRunner} wires. */
    private final class Instance {
        final RelaySignal signal = new RelaySignal();
        final RelayStatus status = new RelayStatus();
        final OutboxListener listener = new OutboxListener(database.dataSource(), signal, Duration.ofMillis(100));
        final Relay relay;
        final Thread listening;
        final Thread relaying;

        Instance(Database through, Duration lease) {
            this(through, lease, Duration.ofMillis(100));
        }

        Instance(Database through, Duration lease, Duration look) {
            relay = new Relay(
                    through,
                    new RelayLease(UUID.randomUUID(), lease),
                    this::life,
                    RelayIT.this::open,
                    signal,
                    status,
                    new Relay.Rhythm(lease, look, 100, Duration.ofMillis(500)));
            instances.add(this);
            listening = Thread.ofPlatform().daemon().start(listener);
            relaying = Thread.ofPlatform().daemon().start(relay);
        }

        private Optional<BackendLife> life() {
            return listener.life();
        }

        void end() throws InterruptedException {
            relay.stop();
            relaying.join(20_000);
            listener.stop();
            listening.join(20_000);
        }
    }
}
