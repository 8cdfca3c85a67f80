package dev.lifeboat.backup.retention;

import static dev.lifeboat.backup.retention.Rows.at;
import static dev.lifeboat.backup.retention.Rows.instant;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.retention.RetentionRules.Rule;
import dev.lifeboat.backup.retention.RetentionView.DecisionView;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterable;
import org.jdbi.v3.core.statement.Query;

/** The rows of runs. */
@ApplicationScoped
class RetentionRuns {
    /** Runs of a cluster that keep the reasons why what stays stays; those for going are kept by all. */
    private static final int EXPLAINED = 30;

    private static final TypeReference<Failure> FAILURE = new TypeReference<>() {};
    private static final TypeReference<List<Rule>> RULES = new TypeReference<>() {};
    private static final TypeReference<List<DecisionView>> STAYING = new TypeReference<>() {};

    private final ObjectMapper json;

    RetentionRuns(ObjectMapper json) {
        this.json = json;
    }

    /** What a run went by, and why what stays stays; null where it did not get so far, or is too long ago. */
    record Explained(List<Rule> rules, List<DecisionView> staying) {}

    /** Adds a run; false, and nothing changed, if one of the cluster has not ended. */
    boolean add(Handle transaction, RetentionRun run) {
        return transaction
                        .createUpdate(
                                """
                                insert into retention_run (id, cluster_id, cluster, requested_at, requested_by, trigger, state)
                                values (:id, :clusterId, :cluster, :requestedAt, :requestedBy, :trigger, :state)
                                on conflict do nothing
                                """)
                        .bind("id", run.id())
                        .bind("clusterId", run.clusterId())
                        .bind("cluster", run.cluster())
                        .bind("requestedAt", at(run.requestedAt()))
                        .bind("requestedBy", run.requestedBy())
                        .bind("trigger", run.trigger())
                        .bind("state", run.state().name())
                        .execute()
                == 1;
    }

    /** The run of a cluster that has not ended; it does not end until this transaction does. */
    Optional<RetentionRun> lockActive(Handle transaction, UUID clusterId) {
        return rows(transaction
                        .createQuery("select * from retention_run where cluster_id = :clusterId"
                                + " and state in ('requested', 'running') for update")
                        .bind("clusterId", clusterId))
                .findOne();
    }

    RetentionRun lock(Handle transaction, UUID id) {
        return rows(transaction
                        .createQuery("select * from retention_run where id = :id for update")
                        .bind("id", id))
                .findOne()
                .orElseThrow(() -> new IllegalStateException("an operation has no run of retention: " + id));
    }

    Optional<RetentionRun> find(Handle transaction, UUID id) {
        return rows(transaction
                        .createQuery("select * from retention_run where id = :id")
                        .bind("id", id))
                .findOne();
    }

    /** Runs of a cluster by name, newest first, those after the given one. */
    List<RetentionRun> newest(Handle transaction, String cluster, Optional<Cursor.Moment> after, int limit) {
        return rows(transaction
                        .createQuery(
                                """
                                select * from retention_run where cluster = :cluster
                                  and (:afterAt::timestamptz is null or (requested_at, id) < (:afterAt, :afterId))
                                order by requested_at desc, id desc limit :limit
                                """)
                        .bind("cluster", cluster)
                        .bind("afterAt", at(after.map(Cursor.Moment::at).orElse(null)))
                        .bind("afterId", after.map(Cursor.Moment::id).orElse(null))
                        .bind("limit", limit))
                .list();
    }

    /** Moves a run, whose row this transaction has locked, into its next state. */
    void move(Handle transaction, RetentionRun run, RunState next) {
        Columns columns = Columns.of(next);
        transaction
                .createUpdate("update retention_run set state = :state, started_at = :startedAt, ended_at = :endedAt,"
                        + " failure = :failure::jsonb where id = :id")
                .bind("id", run.id())
                .bind("state", next.name())
                .bind("startedAt", at(columns.startedAt()))
                .bind("endedAt", at(columns.endedAt()))
                .bind("failure", Rows.write(json, columns.failure()))
                .execute();
    }

    /** Keeps what a run went by; of older runs of the cluster only the reasons for going are kept. */
    void explain(Handle transaction, RetentionRun run, Explained explained) {
        transaction
                .createUpdate(
                        "update retention_run set rules = :rules::jsonb, staying = :staying::jsonb where id = :id")
                .bind("id", run.id())
                .bind("rules", Rows.write(json, explained.rules()))
                .bind("staying", Rows.write(json, explained.staying()))
                .execute();
        transaction
                .createUpdate(
                        """
                        update retention_run set staying = null where cluster_id = :clusterId and staying is not null
                          and id not in (select id from retention_run where cluster_id = :clusterId
                            order by requested_at desc, id desc limit :explained)
                        """)
                .bind("clusterId", run.clusterId())
                .bind("explained", EXPLAINED)
                .execute();
    }

    Explained explained(Handle transaction, UUID id) {
        return transaction
                .createQuery("select rules, staying from retention_run where id = :id")
                .bind("id", id)
                .map((row, context) -> new Explained(
                        Rows.parse(json, row.getString("rules"), RULES),
                        Rows.parse(json, row.getString("staying"), STAYING)))
                .one();
    }

    private ResultIterable<RetentionRun> rows(Query query) {
        return query.map((row, context) -> read(row));
    }

    private RetentionRun read(ResultSet row) throws SQLException {
        return new RetentionRun(
                row.getObject("id", UUID.class),
                row.getObject("cluster_id", UUID.class),
                row.getString("cluster"),
                instant(row, "requested_at"),
                row.getString("requested_by"),
                row.getString("trigger"),
                new Columns(
                                instant(row, "started_at"),
                                instant(row, "ended_at"),
                                Rows.parse(json, row.getString("failure"), FAILURE))
                        .state(row.getString("state")));
    }

    /** A state as columns, and back. */
    record Columns(Instant startedAt, Instant endedAt, Failure failure) {
        static Columns of(RunState state) {
            return switch (state) {
                case RunState.Requested ignored -> new Columns(null, null, null);
                case RunState.Running s -> new Columns(s.startedAt(), null, null);
                case RunState.Completed s -> new Columns(s.startedAt(), s.endedAt(), null);
                case RunState.Incomplete s -> new Columns(s.startedAt(), s.endedAt(), s.failure());
                case RunState.Failed s -> new Columns(s.startedAt(), s.endedAt(), s.failure());
            };
        }

        RunState state(String name) {
            return switch (name) {
                case "requested" -> new RunState.Requested();
                case "running" -> new RunState.Running(startedAt);
                case "completed" -> new RunState.Completed(startedAt, endedAt);
                case "incomplete" -> new RunState.Incomplete(startedAt, endedAt, failure);
                case "failed" -> new RunState.Failed(startedAt, endedAt, failure);
                default -> throw new IllegalStateException("unknown state of a run of retention: " + name);
            };
        }
    }
}
