package dev.lifeboat.platform.events;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What this service learned from events and must not rely on, because an event about it lies among the dead letters. It
 * shows in posture, and nothing expires on its word.
 */
public final class SuspectReadModels {
    private SuspectReadModels() {}

    /**
     * One doubt.
     *
     * @param readModel name of the {@link EventConsumer} that feeds it
     * @param key of the record, e.g. {@code cluster/shop}; empty where the record had none: then all is in doubt
     * @param since when it was put aside
     */
    public record Suspect(String readModel, String key, Instant since) {}

    /** True if what the consumer knows about the key may be wrong. */
    public static boolean doubts(Handle transaction, String readModel, String key) {
        return transaction
                .createQuery("select exists(select from suspect_read_model"
                        + " where read_model = :readModel and record_key in (:key, ''))")
                .bind("readModel", readModel)
                .bind("key", key)
                .mapTo(Boolean.class)
                .one();
    }

    /** All doubts, by read model and key. */
    public static List<Suspect> all(Handle transaction) {
        return transaction
                .createQuery("select read_model, record_key, min(since) as since from suspect_read_model"
                        + " group by read_model, record_key order by read_model, record_key")
                .map((result, context) -> new Suspect(
                        result.getString("read_model"),
                        result.getString("record_key"),
                        result.getTimestamp("since").toInstant()))
                .list();
    }
}
