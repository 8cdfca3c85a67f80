package dev.lifeboat.platform.events.inbox;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code inbox}: what was taken. */
final class InboxTable {
    /** All instances insert in one order, so two with the same events wait for each other instead of deadlocking. */
    private static final Comparator<Step.Claim> ORDER = Comparator.comparing(Step.Claim::consumer)
            .thenComparing(Step.Claim::source)
            .thenComparing(Step.Claim::eventId);

    private InboxTable() {}

    /** Remembers them all; returns those that were not remembered before. */
    static Set<Step.Claim> claim(Handle transaction, Set<Step.Claim> claims) {
        if (claims.isEmpty()) {
            return new HashSet<>();
        }
        List<Step.Claim> ordered = claims.stream().sorted(ORDER).toList();
        return new HashSet<>(transaction
                .createQuery(
                        """
                        insert into inbox (consumer, source, event_id)
                        select * from unnest(:consumers, :sources, :ids)
                        on conflict do nothing
                        returning consumer, source, event_id
                        """)
                .bindArray(
                        "consumers",
                        String.class,
                        ordered.stream().map(Step.Claim::consumer).toList())
                .bindArray(
                        "sources",
                        String.class,
                        ordered.stream().map(Step.Claim::source).toList())
                .bindArray(
                        "ids",
                        UUID.class,
                        ordered.stream().map(Step.Claim::eventId).toList())
                .map((result, context) ->
                        new Step.Claim(result.getString(1), result.getString(2), result.getObject(3, UUID.class)))
                .list());
    }

    /** Forgets at most so many that were taken before then; returns how many. */
    static int forget(Handle transaction, Instant before, int atMost) {
        return transaction
                .createUpdate("delete from inbox where ctid = any(array("
                        + "select ctid from inbox where taken_at < :before limit :limit))")
                .bind("before", before)
                .bind("limit", atMost)
                .execute();
    }
}
