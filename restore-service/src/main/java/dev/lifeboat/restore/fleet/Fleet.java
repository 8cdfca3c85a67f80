package dev.lifeboat.restore.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Clusters and repositories as declared. Newest version wins, gaps are legal; a name declared again after its removal is
 * another cluster.
 */
@ApplicationScoped
public class Fleet {

    /** A cluster, the version of its declaration, and what was declared. */
    public record DeclaredCluster(UUID id, long version, ClusterSpec spec) {}

    /** A repository and what was declared. */
    public record DeclaredRepository(UUID id, long version, RepositorySpec spec) {}

    /** The cluster of that name, if it is declared. */
    public Optional<DeclaredCluster> cluster(Handle transaction, String name) {
        return transaction
                .createQuery("select id, version, spec from declared_cluster"
                        + " where name = :name and removed_at is null order by id desc limit 1")
                .bind("name", name)
                .map((row, context) -> new DeclaredCluster(
                        row.getObject("id", UUID.class),
                        row.getLong("version"),
                        read(row.getString("spec"), ClusterSpec.class)))
                .findOne();
    }

    /** The cluster of that identity, if it is declared. */
    public Optional<DeclaredCluster> cluster(Handle transaction, UUID id) {
        return transaction
                .createQuery("select id, version, spec from declared_cluster where id = :id and removed_at is null")
                .bind("id", id)
                .map((row, context) -> new DeclaredCluster(
                        row.getObject("id", UUID.class),
                        row.getLong("version"),
                        read(row.getString("spec"), ClusterSpec.class)))
                .findOne();
    }

    /** The repository of that name, if it is declared. */
    public Optional<DeclaredRepository> repository(Handle transaction, String name) {
        return transaction
                .createQuery("select id, version, spec from declared_repository"
                        + " where name = :name and removed_at is null order by id desc limit 1")
                .bind("name", name)
                .map((row, context) -> new DeclaredRepository(
                        row.getObject("id", UUID.class),
                        row.getLong("version"),
                        read(row.getString("spec"), RepositorySpec.class)))
                .findOne();
    }

    /** Takes a cluster's declaration; false if this or a newer version is known. */
    boolean declare(Handle transaction, UUID id, String name, long version, String digest, ClusterSpec spec) {
        return transaction
                        .createUpdate(
                                """
                                insert into declared_cluster as known (id, name, version, digest, spec)
                                values (:id, :name, :version, :digest, cast(:spec as jsonb))
                                on conflict (id) do update
                                set name = excluded.name, version = excluded.version, digest = excluded.digest,
                                    spec = excluded.spec, removed_at = null
                                where known.version < excluded.version
                                """)
                        .bind("id", id)
                        .bind("name", name)
                        .bind("version", version)
                        .bind("digest", digest)
                        .bind("spec", write(spec))
                        .execute()
                == 1;
    }

    /** Takes a cluster's removal; false if a newer version is known. */
    boolean removeCluster(Handle transaction, UUID id, String name, long version, Instant at) {
        return remove(transaction, "declared_cluster", id, name, version, at);
    }

    /** Takes a repository's declaration; false if this or a newer version is known. */
    boolean declare(Handle transaction, UUID id, String name, long version, RepositorySpec spec) {
        return transaction
                        .createUpdate(
                                """
                                insert into declared_repository as known (id, name, version, spec)
                                values (:id, :name, :version, cast(:spec as jsonb))
                                on conflict (id) do update
                                set name = excluded.name, version = excluded.version, spec = excluded.spec,
                                    removed_at = null
                                where known.version < excluded.version
                                """)
                        .bind("id", id)
                        .bind("name", name)
                        .bind("version", version)
                        .bind("spec", write(spec))
                        .execute()
                == 1;
    }

    /** Takes a repository's removal; false if a newer version is known. */
    boolean removeRepository(Handle transaction, UUID id, String name, long version, Instant at) {
        return remove(transaction, "declared_repository", id, name, version, at);
    }

    private static boolean remove(Handle transaction, String table, UUID id, String name, long version, Instant at) {
        return transaction
                        .createUpdate(
                                """
                                insert into %s as known (id, name, version, removed_at)
                                values (:id, :name, :version, :at)
                                on conflict (id) do update set version = excluded.version, removed_at = excluded.removed_at
                                where known.version < excluded.version
                                """
                                        .formatted(table))
                        .bind("id", id)
                        .bind("name", name)
                        .bind("version", version)
                        .bind("at", Timestamp.from(at))
                        .execute()
                == 1;
    }

    private static String write(Object spec) {
        try {
            return EventJson.mapper().writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a declaration cannot be written as JSON", e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return EventJson.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored declaration cannot be read", e);
        }
    }
}
