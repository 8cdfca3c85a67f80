package dev.lifeboat.platform.inventory;

/** Questions about what has rows. Text of statements is put together by the server's own quoting. */
final class RelationSql {
    private RelationSql() {}

    private static final String USER_SCHEMA = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

    /**
     * Each relation, the list of its columns, and what to select from: {@code ONLY} because children are listed
     * themselves; for configuration tables of extensions with the condition under which pg_dump takes a row.
     */
    static final String PLAN =
            """
            select n.nspname, c.relname, c.relkind::text, c.relpersistence::text, e.extname,
              f.condition is not null as config, coalesce(pg_table_size(c.oid), 0) as bytes,
              coalesce((select string_agg(format('lifeboat_row.%%I', a.attname), ', ' order by a.attname collate "C")
                from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and a.attgenerated = ''), '') as columns,
              format('only %%I.%%I as lifeboat_row %%s', n.nspname, c.relname, f.condition) as source
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            left join pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
              and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            left join pg_extension e on e.oid = d.refobjid
            left join lateral (select e.extcondition[i] as condition from generate_subscripts(e.extconfig, 1) i
              where e.extconfig[i] = c.oid) f on true
            where c.relkind in ('r', 'm', 'f') and c.relpersistence <> 't' and %s
            order by n.nspname collate "C", c.relname collate "C"
            """
                    .formatted(USER_SCHEMA);

    static final String SEQUENCES =
            """
            select format('select %%L::text, %%L::text, last_value, is_called from %%I.%%I', n.nspname, c.relname,
              n.nspname, c.relname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'S' and c.relpersistence = 'p' and %s and not exists (select from pg_depend d
              where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            order by n.nspname collate "C", c.relname collate "C"
            """
                    .formatted(USER_SCHEMA);

    /** Pieces are numbered and digested one by one, so that no piece lies in memory twice. */
    static final String LARGE_OBJECTS =
            """
            with recursive piece (loid, number, bytes, h0, h1) as (
              select m.oid, 0, length(b.data), hashtextextended(t.label, 0), hashtextextended(t.label, 1)
              from pg_largeobject_metadata m
              cross join lateral (select lo_get(m.oid, 0, 1048576) as data offset 0) b
              cross join lateral (select (m.oid::text || '/0/' || encode(sha256(b.data), 'hex')) collate "C" as label
                offset 0) t
              union all
              select p.loid, p.number + 1, length(b.data), hashtextextended(t.label, 0), hashtextextended(t.label, 1)
              from piece p
              cross join lateral (select lo_get(p.loid, (p.number + 1)::bigint * 1048576, 1048576) as data offset 0) b
              cross join lateral (select (p.loid::text || '/' || (p.number + 1)::text || '/'
                || encode(sha256(b.data), 'hex')) collate "C" as label offset 0) t
              where p.bytes = 1048576)
            select sum(h0), sum(h1) from piece
            """;

    /** pg_class as of the snapshot beside the present state: a function like this one does not see the snapshot. */
    static final String REWRITTEN =
            """
            select n.nspname, c.relname
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and c.relpersistence <> 't' and %s
              and pg_relation_filenode(c.oid) is distinct from c.relfilenode
            order by 1, 2
            """
                    .formatted(USER_SCHEMA);
}
