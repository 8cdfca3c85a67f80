package dev.lifeboat.restore.contents;

import java.util.Set;

/**
 * An object of an archive.
 *
 * @param id as lists of {@code pg_restore --use-list} name it
 * @param kind as pg_dump calls it: {@code TABLE}, {@code TABLE DATA}, {@code FK CONSTRAINT}, ...
 * @param schema null for what is in none
 * @param name verbatim, for what belongs to a table often {@code <table> <name>}
 * @param owner null where there is none
 * @param tablespace null for the database's
 * @param sql that makes it; empty for data
 * @param needs ids of the objects that must be there first
 */
public record Entry(
        int id,
        String kind,
        String schema,
        String name,
        String owner,
        String tablespace,
        String sql,
        Set<Integer> needs) {
    /** What rows can be selected from. */
    static final Set<String> RELATIONS = Set.of("TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE");

    boolean isRelation() {
        return RELATIONS.contains(kind);
    }

    /** For a message. */
    String shown() {
        return kind + " " + (schema == null ? "" : schema + ".") + name;
    }
}
