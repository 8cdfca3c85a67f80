package dev.lifeboat.platform.metrics;

import dev.lifeboat.platform.database.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Reads all {@link RowGauge}s every few seconds. What cannot be read is withdrawn instead of shown with its last value: an
 * alarm on a missing number is possible, one on a stale number is not. {@code lifeboat.gauges.read} is when they were read.
 */
@ApplicationScoped
public class RowGauges {
    private static final Logger LOG = Logger.getLogger(RowGauges.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Database database;
    private final InstantSource clock;
    private final Map<RowGauge, MultiGauge> gauges = new LinkedHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("row-gauges").factory());
    private volatile double readAt = Double.NaN;

    RowGauges(@All List<RowGauge> rows, Database database, MeterRegistry meters, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        for (RowGauge row : rows) {
            gauges.put(
                    row,
                    MultiGauge.builder(row.name())
                            .description(row.description())
                            .baseUnit(row.unit())
                            .register(meters));
        }
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
    public void refresh() {
        database.useTransaction(handle -> gauges.forEach((row, gauge) -> gauge.register(read(handle, row), true)));
        readAt = clock.millis() / 1000.0;
    }

    private void withdraw() {
        gauges.values().forEach(gauge -> gauge.register(List.of(), true));
    }

    private static List<MultiGauge.Row<?>> read(Handle handle, RowGauge gauge) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        handle.createQuery(gauge.sql())
                .map((row, context) -> {
                    Tags tags = Tags.empty();
                    for (String tag : gauge.tags()) {
                        String value = row.getString(tag);
                        tags = tags.and(tag, value == null ? "" : value);
                    }
                    double value = row.getDouble("value");
                    return MultiGauge.Row.of(tags, row.wasNull() ? Double.NaN : value);
                })
                .forEach(rows::add);
        return rows;
    }
}
