package dev.lifeboat.verifier.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.fleet.ChecksDigest;
import dev.lifeboat.schemas.fleet.CheckSpec;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The read model of the fleet. */
public final class KnownFleet {
    private KnownFleet() {}

    /** A cluster as last declared. */
    public record Cluster(UUID id, long version, ClusterSpec spec) {}

    /** The cluster of that name, also after its removal: evidence about it may still come. */
    public static Optional<Cluster> cluster(Handle handle, String name) {
        return handle.createQuery("select cluster_id, version, spec from known_cluster where name = :name")
                .bind("name", name)
                .map((row, context) -> new Cluster(
                        row.getObject("cluster_id", UUID.class),
                        row.getLong("version"),
                        read(row.getString("spec"), ClusterSpec.class)))
                .findOne();
    }

    /** The owner's checks of that digest, if they were ever declared here; they may be others by now. */
    public static Optional<List<CheckSpec>> checks(Handle handle, UUID clusterId, String digest) {
        Optional<List<CheckSpec>> kept = handle.createQuery(
                        "select checks from known_checks where cluster_id = :id and digest = :digest")
                .bind("id", clusterId)
                .bind("digest", digest)
                .map((row, context) -> List.of(read(row.getString("checks"), CheckSpec[].class)))
                .findOne();
        return kept.or(() -> ChecksDigest.of(List.of()).equals(digest) ? Optional.of(List.of()) : Optional.empty());
    }

    /** The repository of that name, also after its removal. */
    public static Optional<RepositorySpec> repository(Handle handle, String name) {
        return handle.createQuery("select spec from known_repository where name = :name")
                .bind("name", name)
                .map((row, context) -> read(row.getString("spec"), RepositorySpec.class))
                .findOne();
    }

    static void put(Handle handle, String name, UUID id, long version, ClusterSpec spec) {
        handle.createUpdate("insert into known_cluster (name, cluster_id, version, spec) values (:name, :id, :version,"
                        + " :spec::jsonb) on conflict (name) do update set cluster_id = excluded.cluster_id,"
                        + " version = excluded.version, spec = excluded.spec, removed = false")
                .bind("name", name)
                .bind("id", id)
                .bind("version", version)
                .bind("spec", write(spec))
                .execute();
        List<CheckSpec> checks = spec.checks() == null ? List.of() : spec.checks();
        handle.createUpdate("insert into known_checks (cluster_id, digest, checks) values (:id, :digest,"
                        + " :checks::jsonb) on conflict do nothing")
                .bind("id", id)
                .bind("digest", ChecksDigest.of(checks))
                .bind("checks", write(checks))
                .execute();
    }

    static void put(Handle handle, String name, long version, RepositorySpec spec) {
        handle.createUpdate("insert into known_repository (name, version, spec) values (:name, :version, :spec::jsonb)"
                        + " on conflict (name) do update set version = excluded.version, spec = excluded.spec,"
                        + " removed = false")
                .bind("name", name)
                .bind("version", version)
                .bind("spec", write(spec))
                .execute();
    }

    static void removeCluster(Handle handle, String name) {
        handle.createUpdate("update known_cluster set removed = true where name = :name")
                .bind("name", name)
                .execute();
    }

    static void removeRepository(Handle handle, String name) {
        handle.createUpdate("update known_repository set removed = true where name = :name")
                .bind("name", name)
                .execute();
    }

    private static String write(Object value) {
        try {
            return EventJson.mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return EventJson.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
