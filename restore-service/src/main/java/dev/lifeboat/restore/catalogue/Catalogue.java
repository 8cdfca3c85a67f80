package dev.lifeboat.restore.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Completed backups, newest first, without those that expired. */
@ApplicationScoped
public class Catalogue {

    /** The newest usable backup of that method in any of these repositories; the order says which of equals is it. */
    public Optional<BackupCompleted> latestUsable(
            Handle transaction, String cluster, UUID clusterId, String method, List<String> repositories) {
        return newest(newestOfEach(transaction, cluster, clusterId, method, repositories), repositories);
    }

    /** The backup that was completed last; of several of one moment that in the repository that is named first. */
    static Optional<BackupCompleted> newest(List<BackupCompleted> backups, List<String> repositories) {
        return backups.stream()
                .filter(backup -> repositories.contains(backup.repository()))
                .max(Comparator.comparing(BackupCompleted::completedAt)
                        .thenComparing(backup -> repositories.indexOf(backup.repository()), Comparator.reverseOrder())
                        .thenComparing(BackupCompleted::backupId));
    }

    private static List<BackupCompleted> newestOfEach(
            Handle transaction, String cluster, UUID clusterId, String method, List<String> repositories) {
        if (repositories.isEmpty()) {
            return List.of();
        }
        return transaction
                .createQuery(
                        """
                        select distinct on (repository) completed from catalogued_backup
                        where cluster = :cluster and (cluster_id is null or cluster_id = :clusterId)
                          and method = :method and repository in (<repositories>)
                          and expired_at is null and completed is not null
                        order by repository, completed_at desc, id desc
                        """)
                .bind("cluster", cluster)
                .bind("clusterId", clusterId)
                .bind("method", method)
                .bindList("repositories", repositories)
                .map((row, context) -> read(row.getString(1)))
                .list();
    }

    /** All usable backups of that method in that repository, oldest first. */
    public List<BackupCompleted> allUsable(
            Handle transaction, String cluster, UUID clusterId, String method, String repository) {
        return transaction
                .createQuery(
                        """
                        select completed from catalogued_backup
                        where cluster = :cluster and (cluster_id is null or cluster_id = :clusterId)
                          and method = :method and repository = :repository
                          and expired_at is null and completed is not null
                        order by completed_at, id
                        """)
                .bind("cluster", cluster)
                .bind("clusterId", clusterId)
                .bind("method", method)
                .bind("repository", repository)
                .map((row, context) -> read(row.getString(1)))
                .list();
    }

    /** A backup that is there. */
    public Optional<BackupCompleted> usable(Handle transaction, UUID backupId) {
        return transaction
                .createQuery("select completed from catalogued_backup"
                        + " where id = :id and expired_at is null and completed is not null")
                .bind("id", backupId)
                .map((row, context) -> read(row.getString(1)))
                .findOne();
    }

    /** Whether a backup was there and is expired. */
    public boolean isExpired(Handle transaction, UUID backupId) {
        return transaction
                .createQuery("select expired_at is not null from catalogued_backup where id = :id")
                .bind("id", backupId)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    void complete(Handle transaction, UUID clusterId, long version, BackupCompleted backup) {
        transaction
                .createUpdate(
                        """
                        insert into catalogued_backup as known
                            (id, cluster, cluster_id, method, repository, version, completed_at, completed)
                        values (:id, :cluster, :clusterId, :method, :repository, :version, :completedAt,
                                cast(:completed as jsonb))
                        on conflict (id) do update
                        set version = greatest(known.version, excluded.version), completed_at = excluded.completed_at,
                            completed = excluded.completed, cluster_id = excluded.cluster_id
                        where known.version < excluded.version or known.completed is null
                        """)
                .bind("id", backup.backupId())
                .bind("cluster", backup.cluster())
                .bind("clusterId", clusterId)
                .bind("method", backup.method())
                .bind("repository", backup.repository())
                .bind("version", version)
                .bind("completedAt", Timestamp.from(backup.completedAt()))
                .bind("completed", write(backup))
                .execute();
    }

    void expire(
            Handle transaction,
            UUID clusterId,
            long version,
            UUID backupId,
            String cluster,
            String method,
            String repository,
            Instant at) {
        transaction
                .createUpdate(
                        """
                        insert into catalogued_backup as known
                            (id, cluster, cluster_id, method, repository, version, expired_at)
                        values (:id, :cluster, :clusterId, :method, :repository, :version, :at)
                        on conflict (id) do update
                        set version = greatest(known.version, excluded.version), expired_at = excluded.expired_at
                        """)
                .bind("id", backupId)
                .bind("cluster", cluster)
                .bind("clusterId", clusterId)
                .bind("method", method)
                .bind("repository", repository)
                .bind("version", version)
                .bind("at", Timestamp.from(at))
                .execute();
    }

    private static String write(BackupCompleted backup) {
        try {
            return EventJson.mapper().writeValueAsString(backup);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a backup cannot be written as JSON", e);
        }
    }

    private static BackupCompleted read(String json) {
        try {
            return EventJson.mapper().readValue(json, BackupCompleted.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored backup cannot be read", e);
        }
    }
}
