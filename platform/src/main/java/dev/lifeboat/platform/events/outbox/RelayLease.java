package dev.lifeboat.platform.events.outbox;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The one row that says which instance carries the outbox. Time is the database's, so clocks of instances do not matter.
 *
 * <p>The lease decides who tries; that an instance which was stopped and comes back sends nothing is decided by Kafka,
 * which refuses a producer whose transactional id was taken over.
 */
final class RelayLease {
    private final UUID holder;
    private final Duration length;

    RelayLease(UUID holder, Duration length) {
        this.holder = holder;
        this.length = length;
    }

    /**
     * Takes the lease or renews it, if it is free, ours, run out, or its holder's connection is gone.
     *
     * @param life the connection that lives as long as this instance
     * @return the term (it grows with each change of holder), or empty while somebody else holds it
     */
    OptionalLong hold(Handle handle, BackendLife life) {
        return handle.createQuery(
                        """
                        update outbox_relay
                        set epoch = case when holder = :holder then epoch else epoch + 1 end,
                            holder = :holder,
                            backend_pid = :pid,
                            backend_start = cast(:start as timestamptz),
                            lease_until = clock_timestamp() + make_interval(secs => :seconds)
                        where holder is null
                           or holder = :holder
                           or lease_until < clock_timestamp()
                           or not exists (select from pg_stat_activity
                                          where pid = backend_pid and backend_start = outbox_relay.backend_start)
                        returning epoch
                        """)
                .bind("holder", holder)
                .bind("pid", life.pid())
                .bind("start", life.start())
                .bind("seconds", length.toMillis() / 1000.0)
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    /** Gives it up, if it is ours. */
    void release(Handle handle) {
        handle.createUpdate("update outbox_relay set holder = null, lease_until = '-infinity' where holder = :holder")
                .bind("holder", holder)
                .execute();
    }
}
