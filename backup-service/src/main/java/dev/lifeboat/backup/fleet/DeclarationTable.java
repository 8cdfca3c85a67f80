package dev.lifeboat.backup.fleet;

import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The rows of what is declared, clusters or repositories. */
final class DeclarationTable<S> {
    static final DeclarationTable<ClusterSpec> CLUSTERS =
            new DeclarationTable<>("declared_cluster", "system_identifier", ClusterSpec.class);
    static final DeclarationTable<RepositorySpec> REPOSITORIES =
            new DeclarationTable<>("declared_repository", "null::text", RepositorySpec.class);

    private final String table;
    private final String columns;
    private final Class<S> type;

    private DeclarationTable(String table, String systemIdentifier, Class<S> type) {
        this.table = table;
        this.columns = "id, name, version, spec, digest, " + systemIdentifier
                + " as system_identifier, declared_by, declared_at, changed_at";
        this.type = type;
    }

    /** Lets nobody else declare or remove this name until the transaction ends, whether there is a row or not. */
    void lock(Handle transaction, String name) {
        transaction
                .createQuery("select 1 from (select pg_advisory_xact_lock(hashtextextended(:name, 0))) locked")
                .bind("name", table + "/" + name)
                .mapTo(Integer.class)
                .one();
    }

    /** What is declared under the name. */
    Optional<Declared<S>> find(Handle transaction, String name) {
        return transaction
                .createQuery("select " + columns + " from " + table + " where name = :name and removed_at is null")
                .bind("name", name)
                .map(this::row)
                .findOne();
    }

    /** What is or was declared with the id. */
    Optional<Declared<S>> findById(Handle transaction, UUID id) {
        return transaction
                .createQuery("select " + columns + " from " + table + " where id = :id")
                .bind("id", id)
                .map(this::row)
                .findOne();
    }

    /** All that is declared, by name, after the given one. */
    List<Declared<S>> page(Handle transaction, String after, int limit) {
        return transaction
                .createQuery("select " + columns + " from " + table
                        + " where removed_at is null and name > :after collate \"C\" order by name collate \"C\" limit"
                        + " :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map(this::row)
                .list();
    }

    /** Those of the names that are declared; they stay so until the transaction ends. */
    List<String> keep(Handle transaction, Collection<String> names) {
        return transaction
                .createQuery("select name from " + table
                        + " where removed_at is null and name = any(:names) order by name for share")
                .bindArray("names", String.class, names)
                .mapTo(String.class)
                .list();
    }

    /** All declared names. */
    List<String> names(Handle transaction) {
        return transaction
                .createQuery("select name from " + table + " where removed_at is null order by name collate \"C\"")
                .mapTo(String.class)
                .list();
    }

    /** The newest version that the name ever had; 0 if it was never declared. */
    long newestVersion(Handle transaction, String name) {
        return transaction
                .createQuery("select coalesce(max(version), 0) from " + table + " where name = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .one();
    }

    void insert(Handle transaction, Declared<S> declared, String canonical) {
        transaction
                .createUpdate("insert into " + table + " (id, name, version, spec, digest, declared_by, declared_at,"
                        + " changed_at) values (:id, :name, :version, :spec::jsonb, :digest, :by, :declaredAt,"
                        + " :changedAt)")
                .bind("id", declared.id())
                .bind("name", declared.name())
                .bind("version", declared.version())
                .bind("spec", canonical)
                .bind("digest", declared.digest())
                .bind("by", declared.declaredBy())
                .bind("declaredAt", declared.declaredAt())
                .bind("changedAt", declared.changedAt())
                .execute();
    }

    void update(Handle transaction, Declared<S> declared, String canonical) {
        transaction
                .createUpdate("update " + table + " set version = :version, spec = :spec::jsonb, digest = :digest,"
                        + " declared_by = :by, changed_at = :changedAt where id = :id")
                .bind("id", declared.id())
                .bind("version", declared.version())
                .bind("spec", canonical)
                .bind("digest", declared.digest())
                .bind("by", declared.declaredBy())
                .bind("changedAt", declared.changedAt())
                .execute();
    }

    void remove(Handle transaction, UUID id, long version, String by, Instant at) {
        transaction
                .createUpdate("update " + table
                        + " set version = :version, removed_by = :by, removed_at = :at where id = :id")
                .bind("id", id)
                .bind("version", version)
                .bind("by", by)
                .bind("at", at)
                .execute();
    }

    private Declared<S> row(ResultSet row, StatementContext context) throws SQLException {
        return new Declared<>(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getLong("version"),
                SpecJson.parse(row.getString("spec"), type),
                row.getString("digest"),
                row.getString("system_identifier"),
                row.getString("declared_by"),
                row.getObject("declared_at", OffsetDateTime.class).toInstant(),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }
}
