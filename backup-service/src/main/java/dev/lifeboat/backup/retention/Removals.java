package dev.lifeboat.backup.retention;

import static dev.lifeboat.backup.retention.Rows.at;
import static dev.lifeboat.backup.retention.Rows.instant;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.retention.RetentionRules.Rule;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows of removals: which run removed what, why, and what came of it. */
@ApplicationScoped
class Removals {
    private static final TypeReference<Failure> FAILURE = new TypeReference<>() {};
    private static final TypeReference<Rule> RULE = new TypeReference<>() {};

    private final ObjectMapper json;

    Removals(ObjectMapper json) {
        this.json = json;
    }

    /** Notes that a run removes a backup; once, however often it begins. */
    void begin(Handle transaction, UUID runId, Decision decision, Instant at) {
        transaction
                .createUpdate(
                        """
                        insert into retention_removal (run_id, backup_id, code, reason, rule, because, state, begun_at)
                        values (:run, :backup, :code, :reason, :rule::jsonb, :because, 'expiring', :at)
                        on conflict do nothing
                        """)
                .bind("run", runId)
                .bind("backup", decision.backup().id())
                .bind("code", decision.why().code())
                .bind("reason", decision.explanation())
                .bind("rule", Rows.write(json, decision.rule()))
                .bindArray("because", UUID.class, decision.because())
                .bind("at", at(at))
                .execute();
    }

    void expired(Handle transaction, UUID runId, UUID backupId, Instant at) {
        end(transaction, runId, backupId, "expired", null, at);
    }

    void failed(Handle transaction, UUID runId, UUID backupId, Failure failure, Instant at) {
        end(transaction, runId, backupId, "failed", failure, at);
    }

    private void end(Handle transaction, UUID runId, UUID backupId, String state, Failure failure, Instant at) {
        transaction
                .createUpdate("update retention_removal set state = :state, failure = :failure::jsonb, ended_at = :at"
                        + " where run_id = :run and backup_id = :backup")
                .bind("run", runId)
                .bind("backup", backupId)
                .bind("state", state)
                .bind("failure", Rows.write(json, failure))
                .bind("at", at(at))
                .execute();
    }

    /** Those of a run, in the order in which they began. */
    List<Removal> of(Handle transaction, UUID runId) {
        return transaction
                .createQuery("select * from retention_removal where run_id = :run order by begun_at, backup_id")
                .bind("run", runId)
                .map((row, context) -> read(row))
                .list();
    }

    /** Those of a backup, newest first: more than one if the first did not succeed. */
    List<Removal> ofBackup(Handle transaction, UUID backupId) {
        return transaction
                .createQuery("select * from retention_removal where backup_id = :backup order by begun_at desc")
                .bind("backup", backupId)
                .map((row, context) -> read(row))
                .list();
    }

    private Removal read(ResultSet row) throws SQLException {
        return new Removal(
                row.getObject("run_id", UUID.class),
                row.getObject("backup_id", UUID.class),
                row.getString("code"),
                row.getString("reason"),
                Rows.parse(json, row.getString("rule"), RULE),
                Arrays.asList((UUID[]) row.getArray("because").getArray()),
                row.getString("state"),
                instant(row, "begun_at"),
                instant(row, "ended_at"),
                Rows.parse(json, row.getString("failure"), FAILURE));
    }
}
