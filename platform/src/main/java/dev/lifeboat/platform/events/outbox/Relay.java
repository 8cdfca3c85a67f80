package dev.lifeboat.platform.events.outbox;

import dev.lifeboat.platform.database.Database;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Carries the outbox to Kafka: takes the oldest rows, sends them in one Kafka transaction, deletes them when Kafka has
 * confirmed. Killed between sending and deleting, the next one sends them again: duplicates are legal, gaps are not.
 */
final class Relay implements Runnable {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /** What it needs to be told. */
    record Rhythm(Duration lease, Duration look, int batch, Duration longestPause) {}

    private final Database database;
    private final RelayLease lease;
    private final Supplier<Optional<BackendLife>> life;
    private final Supplier<EventProducer> producers;
    private final RelaySignal signal;
    private final RelayStatus status;
    private final Rhythm rhythm;

    private EventProducer producer;
    private List<Long> confirmed = List.of();
    private long renewed;
    private long counted = System.nanoTime() - COUNT_EVERY.toNanos();
    private int failures;
    private volatile boolean stopped;

    Relay(
            Database database,
            RelayLease lease,
            Supplier<Optional<BackendLife>> life,
            Supplier<EventProducer> producers,
            RelaySignal signal,
            RelayStatus status,
            Rhythm rhythm) {
        this.database = database;
        this.lease = lease;
        this.life = life;
        this.producers = producers;
        this.signal = signal;
        this.status = status;
        this.rhythm = rhythm;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                try {
                    turn();
                } catch (RuntimeException e) {
                    failed(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            resign();
        }
    }

    void stop() {
        stopped = true;
        signal.wake();
    }

    private void turn() throws InterruptedException {
        Optional<BackendLife> connection = life.get();
        if (connection.isEmpty()) {
            status.troubled("no connection to the database yet");
            boolean unused = signal.await(rhythm.look());
            return;
        }
        deleteConfirmed();
        count();
        if (!holding(connection.get())) {
            standBy();
            return;
        }
        if (producer == null) {
            producer = producers.get();
            // An instance that was stopped right here has just shut out its successor: whoever holds the lease goes on,
            // the other steps back, and the one that was shut out opens anew.
            renewed = System.nanoTime() - rhythm.lease().toNanos();
            if (!holding(connection.get())) {
                return;
            }
        }
        List<OutboxRow.Stored> rows = database.inTransaction(handle -> OutboxTable.oldest(handle, rhythm.batch()));
        if (!rows.isEmpty()) {
            producer.send(rows.stream().map(OutboxRow.Stored::row).toList());
            confirmed = rows.stream().map(OutboxRow.Stored::position).toList();
            deleteConfirmed();
        }
        well();
        if (rows.size() < rhythm.batch()) {
            boolean unused = signal.await(rhythm.look());
        }
    }

    /** Also after losing the lease: what Kafka has confirmed is done, whoever sent it. */
    private void deleteConfirmed() {
        if (!confirmed.isEmpty()) {
            database.useTransaction(handle -> OutboxTable.delete(handle, confirmed));
            confirmed = List.of();
        }
    }

    private boolean holding(BackendLife connection) {
        if (status.carrying() && System.nanoTime() - renewed < rhythm.lease().toNanos() / 5) {
            return true;
        }
        long asked = System.nanoTime();
        boolean held =
                database.inTransaction(handle -> lease.hold(handle, connection)).isPresent();
        if (held) {
            renewed = asked;
        } else {
            closeProducer();
        }
        if (held != status.carrying()) {
            LOG.info(held ? "this instance carries the outbox" : "this instance does not carry the outbox");
            status.carrying(held);
        }
        return held;
    }

    private void standBy() throws InterruptedException {
        well();
        if (signal.await(rhythm.look())) {
            database.useTransaction(handle -> handle.execute(OutboxListener.notification()));
        }
    }

    private void count() {
        if (System.nanoTime() - counted >= COUNT_EVERY.toNanos()) {
            status.counted(database.inTransaction(OutboxTable::backlog));
            counted = System.nanoTime();
        }
    }

    private void well() {
        if (failures > 0) {
            LOG.info("the outbox is moving again");
            failures = 0;
        }
        status.well();
    }

    private void failed(RuntimeException fault) throws InterruptedException {
        closeProducer();
        String why = fault.getClass().getSimpleName() + ": " + fault.getMessage();
        status.troubled(why);
        if (failures == 0) {
            LOG.warnf(fault, "events wait in the outbox until they can be sent");
        }
        failures++;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        Thread.sleep(
                pause.compareTo(rhythm.longestPause()) > 0
                        ? rhythm.longestPause().toMillis()
                        : pause.toMillis());
    }

    private void resign() {
        closeProducer();
        status.carrying(false);
        try {
            database.useTransaction(lease::release);
        } catch (RuntimeException e) {
            LOG.debug("the lease of the outbox runs out by itself", e);
        }
    }

    private void closeProducer() {
        if (producer != null) {
            producer.close();
            producer = null;
        }
    }
}
