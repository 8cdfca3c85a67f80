package dev.lifeboat.restore.recovery;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Phase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The timed parts of each recovery: one begins when the one before ends. */
@ApplicationScoped
public class Phases {

    /** Ends the phase that runs, if any, and begins this one. Entering the one that runs changes nothing. */
    public void enter(Handle transaction, UUID recoveryId, int attempt, PhaseName phase, Instant now) {
        boolean runs = transaction
                .createQuery("select exists (select from recovery_phase where recovery_id = :id and name = :name"
                        + " and attempt = :attempt and ended_at is null)")
                .bind("id", recoveryId)
                .bind("name", phase.text())
                .bind("attempt", attempt)
                .mapTo(Boolean.class)
                .one();
        if (runs) {
            return;
        }
        end(transaction, recoveryId, now);
        transaction
                .createUpdate(
                        """
                        insert into recovery_phase (recovery_id, position, attempt, name, started_at)
                        select :id, coalesce(max(position), 0) + 1, :attempt, :name, :now
                        from recovery_phase where recovery_id = :id
                        """)
                .bind("id", recoveryId)
                .bind("attempt", attempt)
                .bind("name", phase.text())
                .bind("now", Timestamp.from(now))
                .execute();
    }

    /** Ends the phase that runs, if any. */
    public void end(Handle transaction, UUID recoveryId, Instant now) {
        transaction
                .createUpdate("update recovery_phase set ended_at = greatest(started_at, :now)"
                        + " where recovery_id = :id and ended_at is null")
                .bind("id", recoveryId)
                .bind("now", Timestamp.from(now))
                .execute();
    }

    /** Says how many bytes the phase that runs has moved. */
    public void bytes(Handle transaction, UUID recoveryId, long bytes) {
        transaction
                .createUpdate("update recovery_phase set bytes = :bytes where recovery_id = :id and ended_at is null")
                .bind("id", recoveryId)
                .bind("bytes", bytes)
                .execute();
    }

    /** What was done since the recovery was queued is thrown away: its time stays, as one phase. */
    public void discard(Handle transaction, UUID recoveryId, int attempt, Instant now) {
        end(transaction, recoveryId, now);
        transaction
                .createUpdate(
                        """
                        with thrown_away as (
                            delete from recovery_phase where recovery_id = :id and name <> :queued returning started_at)
                        insert into recovery_phase (recovery_id, position, attempt, name, started_at, ended_at)
                        select :id, 2, :attempt, :name, min(started_at), :now from thrown_away
                        having count(*) > 0
                        """)
                .bind("id", recoveryId)
                .bind("attempt", attempt)
                .bind("queued", PhaseName.QUEUED.text())
                .bind("name", PhaseName.EARLIER_ATTEMPTS.text())
                .bind("now", Timestamp.from(now))
                .execute();
    }

    /** In order; the one that runs lasts until now. */
    public List<Phase> of(Handle transaction, UUID recoveryId, Instant now) {
        return transaction
                .createQuery("select name, started_at, ended_at, bytes from recovery_phase"
                        + " where recovery_id = :id order by position")
                .bind("id", recoveryId)
                .map((row, context) -> {
                    Instant started = row.getTimestamp("started_at").toInstant();
                    Timestamp ended = row.getTimestamp("ended_at");
                    Duration duration = Duration.between(started, ended == null ? now : ended.toInstant());
                    return new Phase(
                            row.getString("name"),
                            started,
                            duration.isNegative() ? Duration.ZERO : duration,
                            row.getObject("bytes", Long.class));
                })
                .list();
    }
}
