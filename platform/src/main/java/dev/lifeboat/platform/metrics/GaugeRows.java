package dev.lifeboat.platform.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;

/** The gauges of one query. */
final class GaugeRows {
    private final RowGauge query;
    private final MultiGauge meters;
    private final Map<Tags, AtomicReference<Double>> shown = new HashMap<>();

    GaugeRows(RowGauge query, MeterRegistry registry) {
        this.query = query;
        this.meters = MultiGauge.builder(query.name())
                .description(query.description())
                .baseUnit(query.unit())
                .register(registry);
    }

    Map<Tags, Double> read(Handle handle) {
        Map<Tags, Double> read = new LinkedHashMap<>();
        handle.createQuery(query.sql())
                .map((row, context) -> {
                    Tags tags = Tags.empty();
                    for (String tag : query.tags()) {
                        String value = row.getString(tag);
                        tags = tags.and(tag, value == null ? "" : value);
                    }
                    double value = row.getDouble("value");
                    return Map.entry(tags, row.wasNull() ? Double.NaN : value);
                })
                .forEach(row -> read.put(row.getKey(), row.getValue()));
        return read;
    }

    /** A meter that stays gets another number: made anew, it would be missing for a moment. */
    void show(Map<Tags, Double> read) {
        shown.keySet().retainAll(read.keySet());
        read.forEach((tags, value) ->
                shown.computeIfAbsent(tags, any -> new AtomicReference<>()).set(value));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        shown.forEach((tags, value) -> rows.add(MultiGauge.Row.of(tags, value, AtomicReference::get)));
        meters.register(rows);
    }
}
