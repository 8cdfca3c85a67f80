package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.correlation.Correlation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Who comes to own an operation: the one statement that decides it, for all instances. */
final class OperationClaims {

    /** An operation that somebody just came to own. */
    record Claimed(
            UUID id,
            String kind,
            String cluster,
            long epoch,
            int attempt,
            Instant deadline,
            String cancelRequestedBy,
            Correlation correlation,
            Terms terms) {}

    /** How operations of a kind are owned: so many of a cluster at a time, so long by an owner that says nothing. */
    record Terms(int perCluster, Duration lease, boolean standing) {}

    /** What may be claimed: these kinds; the kinds that no place is counted for; and how many places the service has. */
    record Caps(Map<String, Terms> kinds, Set<String> standing, int service) {}

    private OperationClaims() {}

    /**
     * Takes the oldest operation that may run: it is due or its owner's lease has run out, and no cap is reached.
     *
     * @param only if not null, no other operation than this
     * @param unstarted true: only one that never began and is not to begin any more (cancelled, or past its deadline);
     *     caps do not hold it back, since nothing will run
     * @param runningHere what this instance runs already, under whatever epoch
     */
    static Optional<Claimed> claim(
            Handle tx,
            UUID only,
            boolean unstarted,
            Caps caps,
            Set<UUID> runningHere,
            OperationSettings settings,
            Instant now) {
        // One claim at a time in the whole service, so that what is counted for the caps stays true until the commit.
        tx.execute("select pg_advisory_xact_lock(hashtext('lifeboat.operation.claim'))");
        List<Map.Entry<String, Terms>> kinds = List.copyOf(caps.kinds().entrySet());
        return tx.createQuery(
                        """
                        update operation o
                        set state = 'running', owner = :owner, epoch = o.epoch + 1, wake = false, resuming = false,
                            lease_until = clock_timestamp() + terms.lease * interval '1 millisecond',
                            attempt = o.attempt + case when o.resuming then 0 else 1 end,
                            started_at = coalesce(o.started_at, :now)
                        from unnest(:kinds, :leases) as terms (kind, lease)
                        where terms.kind = o.kind and o.id = (
                            select c.id
                            from operation c join unnest(:kinds, :caps) as k (kind, cap) using (kind)
                            where (c.state = 'waiting' and (c.not_before <= :now or :unstarted)
                                   or c.state = 'running' and c.lease_until < clock_timestamp())
                              and c.id = coalesce(cast(:only as uuid), c.id)
                              and c.id <> all (:here)
                              and case
                                  when :unstarted then
                                      c.attempt = 0 and (c.cancel_requested_by is not null or c.deadline <= :now)
                                  else
                                      (c.kind = any (:standing)
                                       or (select count(*) from operation r where r.state = 'running' and r.id <> c.id
                                           and r.kind <> all (:standing)) < :cap)
                                      and (select count(*) from operation r where r.state = 'running' and r.id <> c.id
                                           and r.kind = c.kind and r.cluster = c.cluster) < k.cap
                                  end
                            order by c.not_before, c.id limit 1
                            for update of c skip locked)
                        returning o.*
                        """)
                .bind("owner", settings.instance())
                .bind("now", now)
                .bindArray(
                        "kinds",
                        String.class,
                        kinds.stream().map(Map.Entry::getKey).toList())
                .bindArray(
                        "caps",
                        Integer.class,
                        kinds.stream().map(kind -> kind.getValue().perCluster()).toList())
                .bindArray(
                        "leases",
                        Long.class,
                        kinds.stream()
                                .map(kind -> kind.getValue().lease().toMillis())
                                .toList())
                .bindArray("standing", String.class, caps.standing())
                .bind("only", only == null ? null : only.toString())
                .bind("unstarted", unstarted)
                .bindArray("here", UUID.class, runningHere)
                .bind("cap", caps.service())
                .map((row, context) -> claimed(row, caps))
                .findOne();
    }

    private static Claimed claimed(ResultSet row, Caps caps) throws SQLException {
        return new Claimed(
                row.getObject("id", UUID.class),
                row.getString("kind"),
                row.getString("cluster"),
                row.getLong("epoch"),
                row.getInt("attempt"),
                OperationTable.instant(row, "deadline"),
                row.getString("cancel_requested_by"),
                OperationTable.read(row.getString("correlation"), Correlation.class),
                caps.kinds().get(row.getString("kind")));
    }
}
