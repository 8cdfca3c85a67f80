package dev.lifeboat.platform.metrics;

import java.util.List;

/**
 * A gauge for each row that a query gives. A service produces beans of this type; {@link RowGauges} keeps them fresh.
 *
 * @param name as Micrometer writes it, such as {@code lifeboat.backup.last.success}
 * @param description one sentence, with what the number means
 * @param unit base unit, such as {@code seconds}; null when it is a plain number
 * @param tags columns that tell one gauge from another
 * @param sql a query without parameters, of columns {@code tags} and {@code value}, a number
 */
public record RowGauge(String name, String description, String unit, List<String> tags, String sql) {
    public RowGauge {
        tags = List.copyOf(tags);
    }
}
