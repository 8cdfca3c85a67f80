package dev.lifeboat.platform.metrics;

import dev.lifeboat.platform.database.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Reads all {@link RowGauge}s every few seconds. What cannot be read is withdrawn instead of shown with its last value: an
 * alarm on a missing number is possible, one on a stale number is not. What can be read is always there, also for whoever
 * looks while it is read again. {@code lifeboat.gauges.read} is when they were read.
 */
@ApplicationScoped
public class RowGauges {
    private static final Logger LOG = Logger.getLogger(RowGauges.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Database database;
    private final InstantSource clock;
    private final List<GaugeRows> gauges;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("row-gauges").factory());
    private volatile double readAt = Double.NaN;

    RowGauges(@All List<RowGauge> rows, Database database, MeterRegistry meters, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.gauges = rows.stream().map(row -> new GaugeRows(row, meters)).toList();
        Gauge.builder("lifeboat.gauges.read", this, self -> self.readAt)
                .description("When the gauges that come from rows were last read, as seconds since 1970")
                .baseUnit("seconds")
                .register(meters);
    }

    void start(@Observes StartupEvent event) {
        // What it ends with is never looked at: refresh catches everything, and ends with the thread.
        Future<?> unused = thread.scheduleWithFixedDelay(
                this::refreshOrWithdraw, EVERY.toMillis() / 2, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void end(@Observes ShutdownEvent event) {
        thread.shutdownNow();
    }

    private void refreshOrWithdraw() {
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.warnf("gauges could not be read, and are withdrawn until they can: %s", e.getMessage());
            withdraw();
        }
    }

    /**
     * Reads them now.
     *
     * @throws RuntimeException when the database cannot be read
     */
    public synchronized void refresh() {
        database.useTransaction(handle -> gauges.forEach(gauge -> gauge.show(gauge.read(handle))));
        readAt = clock.millis() / 1000.0;
    }

    private synchronized void withdraw() {
        gauges.forEach(gauge -> gauge.show(Map.of()));
    }
}
