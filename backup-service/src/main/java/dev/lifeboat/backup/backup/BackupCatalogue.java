package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** All backups of this service. Each change of a row and the event that tells of it are one commit. */
@ApplicationScoped
public class BackupCatalogue {
    private final Outbox outbox;
    private final ObjectMapper json;

    /** Writes events to the given outbox. */
    public BackupCatalogue(Outbox outbox, ObjectMapper json) {
        this.outbox = outbox;
        this.json = json;
    }

    /**
     * Adds a backup in its first state and says so.
     *
     * @return false, and nothing changed, if this run is there already or another one of its policy is active
     */
    public boolean add(Handle transaction, Backup backup) {
        boolean added = bind(
                                transaction.createUpdate(
                                        """
                insert into backup (id, cluster_id, cluster, policy_name, policy, repository, due_at, requested_at,
                  requested_by, state, version, attempt, started_at, ended_at, outcome, failure, reason, reason_at)
                values (:id, :clusterId, :cluster, :policyName, :policy::jsonb, :repository, :dueAt, :requestedAt,
                  :requestedBy, :state, :version, :attempt, :startedAt, :endedAt, :outcome::jsonb, :failure::jsonb,
                  :reason, :reasonAt)
                on conflict do nothing
                """),
                                backup)
                        .execute()
                == 1;
        if (added) {
            tell(transaction, backup);
        }
        return added;
    }

    /** Moves a backup, whose row this transaction has locked, into its next state and says so. */
    public Backup move(Handle transaction, Backup backup, BackupState next) {
        Backup moved = backup.in(next);
        int changed = bind(
                        transaction.createUpdate(
                                """
                update backup set state = :state, version = :version, attempt = :attempt, started_at = :startedAt,
                  ended_at = :endedAt, outcome = :outcome::jsonb, failure = :failure::jsonb, reason = :reason,
                  reason_at = :reasonAt
                where id = :id and version = :version - 1
                """),
                        moved)
                .execute();
        if (changed != 1) {
            throw new IllegalStateException(
                    "backup " + backup.id() + " is no longer at version " + backup.version() + ": row was not locked");
        }
        tell(transaction, moved);
        return moved;
    }

    /** The backup of that id. */
    public Optional<Backup> find(Handle transaction, UUID id) {
        return transaction
                .createQuery("select * from backup where id = :id")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** The backup of that id, its row locked until the end of the transaction. */
    public Optional<Backup> lock(Handle transaction, UUID id) {
        return transaction
                .createQuery("select * from backup where id = :id for update")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** The run of a policy that was due at that moment. */
    public Optional<Backup> run(Handle transaction, UUID clusterId, String policy, Instant dueAt) {
        return transaction
                .createQuery("select * from backup where cluster_id = :clusterId and policy_name = :policy"
                        + " and due_at = :dueAt")
                .bind("clusterId", clusterId)
                .bind("policy", policy)
                .bind("dueAt", at(dueAt))
                .map((row, context) -> read(row))
                .findOne();
    }

    /** The backup of a policy that is requested or running. */
    public Optional<Backup> active(Handle transaction, UUID clusterId, String policy) {
        return transaction
                .createQuery("select * from backup where cluster_id = :clusterId and policy_name = :policy"
                        + " and state in ('requested', 'running')")
                .bind("clusterId", clusterId)
                .bind("policy", policy)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** Backups of a cluster by name, newest first, those after the given one. */
    List<Backup> newest(Handle transaction, String cluster, Optional<Cursor.Moment> after, int limit) {
        return transaction
                .createQuery(
                        """
                select * from backup where cluster = :cluster
                  and (:afterAt::timestamptz is null or (requested_at, id) < (:afterAt, :afterId))
                order by requested_at desc, id desc limit :limit
                """)
                .bind("cluster", cluster)
                .bind("afterAt", at(after.map(Cursor.Moment::at).orElse(null)))
                .bind("afterId", after.map(Cursor.Moment::id).orElse(null))
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    /** Completed backups of a declared cluster, newest first. */
    public List<Backup> completed(Handle transaction, UUID clusterId) {
        return transaction
                .createQuery("select * from backup where cluster_id = :clusterId and state = 'completed'"
                        + " order by ended_at desc, id desc")
                .bind("clusterId", clusterId)
                .map((row, context) -> read(row))
                .list();
    }

    /** Backups of a cluster whose objects are in a repository: completed, and expiring ones. */
    public List<Backup> stored(Handle transaction, UUID clusterId) {
        return transaction
                .createQuery("select * from backup where cluster_id = :clusterId"
                        + " and state in ('completed', 'expiring')")
                .bind("clusterId", clusterId)
                .map((row, context) -> read(row))
                .list();
    }

    /** Notes which operation cleans up after a backup. */
    void cleanup(Handle transaction, UUID id, UUID cleanupId) {
        transaction
                .createUpdate("update backup set cleanup_id = :cleanupId where id = :id")
                .bind("id", id)
                .bind("cleanupId", cleanupId)
                .execute();
    }

    /** The backup that an operation cleans up after. */
    Optional<Backup> cleaned(Handle transaction, UUID cleanupId) {
        return transaction
                .createQuery("select * from backup where cleanup_id = :cleanupId")
                .bind("cleanupId", cleanupId)
                .map((row, context) -> read(row))
                .findOne();
    }

    private void tell(Handle transaction, Backup backup) {
        BackupStory.of(backup).ifPresent(publication -> outbox.publish(transaction, publication));
    }

    private <S extends SqlStatement<S>> S bind(S statement, Backup backup) {
        BackupColumns columns = BackupColumns.of(backup.state());
        return statement
                .bind("id", backup.id())
                .bind("clusterId", backup.clusterId())
                .bind("cluster", backup.cluster())
                .bind("policyName", backup.policy().name())
                .bind("policy", write(backup.policy()))
                .bind("repository", backup.repository())
                .bind("dueAt", at(backup.dueAt()))
                .bind("requestedAt", at(backup.requestedAt()))
                .bind("requestedBy", backup.requestedBy())
                .bind("state", backup.state().name())
                .bind("version", backup.version())
                .bind("attempt", columns.attempt())
                .bind("startedAt", at(columns.startedAt()))
                .bind("endedAt", at(columns.endedAt()))
                .bind("outcome", write(columns.outcome()))
                .bind("failure", write(columns.failure()))
                .bind("reason", columns.reason())
                .bind("reasonAt", at(columns.reasonAt()));
    }

    private Backup read(ResultSet row) throws SQLException {
        return new Backup(
                row.getObject("id", UUID.class),
                row.getObject("cluster_id", UUID.class),
                row.getString("cluster"),
                parse(row.getString("policy"), BackupPolicy.class),
                row.getString("repository"),
                instant(row, "due_at"),
                instant(row, "requested_at"),
                row.getString("requested_by"),
                new BackupColumns(
                                row.getInt("attempt"),
                                instant(row, "started_at"),
                                instant(row, "ended_at"),
                                parse(row.getString("outcome"), Outcome.class),
                                parse(row.getString("failure"), Failure.class),
                                row.getString("reason"),
                                instant(row, "reason_at"))
                        .state(row.getString("state")),
                row.getLong("version"));
    }

    private String write(Object value) {
        try {
            return value == null ? null : json.writeValueAsString(value);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a record of ours cannot be written as JSON", broken);
        }
    }

    private <T> T parse(String text, Class<T> type) {
        try {
            // what a later version added is ignored: two versions run side by side while one is rolled out
            return text == null
                    ? null
                    : json.readerFor(type)
                            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                            .readValue(text);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a row of backup holds no " + type.getSimpleName(), broken);
        }
    }

    private static OffsetDateTime at(Instant moment) {
        return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
