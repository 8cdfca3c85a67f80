package dev.lifeboat.restore.recovery;

import dev.lifeboat.restore.plan.Estimate.PastRun;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** How long earlier recoveries of a cluster took. */
@ApplicationScoped
public class History {
    private static final int NEWEST = 20;

    /** The newest runs that reached their first write in one attempt. */
    public List<PastRun> of(Handle transaction, UUID clusterId, String method) {
        return transaction
                .createQuery(
                        """
                        select cast(r.plan ->> 'databaseBytes' as bigint) as bytes,
                               extract(epoch from coalesce(sum(p.ended_at - p.started_at)
                                   filter (where p.name in ('restoring', 'replaying')), interval '0')) as restoring,
                               extract(epoch from r.first_write_at - r.requested_at) as whole
                        from recovery r join recovery_phase p on p.recovery_id = r.id
                        where r.cluster_id = :cluster and r.method = :method and r.state = 'completed'
                          and r.first_write_at is not null and r.plan is not null and r.attempt = 1
                        group by r.id order by r.ended_at desc limit :newest
                        """)
                .bind("cluster", clusterId)
                .bind("method", method)
                .bind("newest", NEWEST)
                .map((row, context) -> {
                    Duration restoring = seconds(row.getDouble("restoring"));
                    Duration whole = seconds(row.getDouble("whole"));
                    Duration rest = whole.minus(restoring);
                    return new PastRun(row.getLong("bytes"), restoring, rest.isNegative() ? Duration.ZERO : rest);
                })
                .list();
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
