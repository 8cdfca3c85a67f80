package dev.lifeboat.platform.inventory;

/** Questions to the catalogue that fill a page. User objects only: {@code pg_*} and information_schema are left out. */
final class CatalogSql {
    private CatalogSql() {}

    /** Schemas that hold what belongs to users; names that begin with {@code pg_} are reserved by the server. */
    private static final String USER_SCHEMA = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

    /** Rows of pg_depend that make an object part of an extension. */
    private static String notInExtension(String catalog, String oid) {
        return "not exists (select from pg_depend x where x.classid = 'pg_catalog." + catalog
                + "'::regclass and x.objid = " + oid + " and x.deptype = 'e')";
    }

    static final String TABLES =
            """
            select n.nspname, c.relname, c.relkind::text, c.relispartition, c.relpersistence = 'u' as unlogged, e.extname,
              c.reltuples::bigint as reltuples, coalesce(pg_table_size(c.oid), 0) as bytes
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            left join pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
              and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            left join pg_extension e on e.oid = d.refobjid
            where c.relkind in ('r', 'p', 'm', 'f') and %s
            order by n.nspname collate "C", c.relname collate "C"
            """
                    .formatted(USER_SCHEMA);

    /** Collations with a version: those of users, and those of the system that a user's column or index relies on. */
    static final String COLLATIONS =
            """
            select n.nspname, o.collname, o.collprovider::text, o.collversion, pg_collation_actual_version(o.oid) as actual
            from pg_collation o join pg_namespace n on n.oid = o.collnamespace
            where o.collversion is not null and (%s or o.oid in (
              select a.attcollation from pg_attribute a join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace where a.attcollation <> 0 and %s
              union select unnest(i.indcollation) from pg_index i join pg_class c on c.oid = i.indrelid
              join pg_namespace n on n.oid = c.relnamespace where %s))
            order by n.nspname collate "C", o.collname collate "C"
            """
                    .formatted(USER_SCHEMA, USER_SCHEMA, USER_SCHEMA);

    /** How many of each kind there are, those of extensions left out. */
    static final String OBJECT_COUNTS =
            """
            select case c.relkind when 'i' then 'indexes' when 'I' then 'indexes' when 'S' then 'sequences'
                when 'v' then 'views' when 'm' then 'materializedViews' when 'f' then 'foreignTables'
                when 'r' then 'tables' when 'p' then 'partitionedTables' end, count(*)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.relkind in ('i', 'I', 'S', 'v', 'm', 'f', 'r', 'p') and %1$s and %2$s group by 1
            union all select 'functions', count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where %1$s and %3$s
            union all select 'triggers', count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid
              join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and %1$s and %2$s
            union all select case t.contype when 'f' then 'foreignKeys' when 'c' then 'checks' when 'p' then 'primaryKeys'
                when 'u' then 'uniqueConstraints' when 'x' then 'exclusions' else 'otherConstraints' end, count(*)
              from pg_constraint t join pg_class c on c.oid = t.conrelid join pg_namespace n on n.oid = c.relnamespace
              where t.contype <> 'n' and %1$s and %2$s group by 1
            union all select 'policies', count(*) from pg_policy
            union all select 'types', count(*) from pg_type t join pg_namespace n on n.oid = t.typnamespace
              where t.typtype in ('e', 'd', 'r') and %1$s and %4$s
            union all select 'schemas', count(*) from pg_namespace n where %1$s and %5$s
            union all select 'eventTriggers', count(*) from pg_event_trigger
            union all select 'publications', count(*) from pg_publication
            union all select 'subscriptions', count(oid) from pg_subscription
              where subdbid = (select oid from pg_database where datname = current_database())
            """
                    .formatted(
                            USER_SCHEMA,
                            notInExtension("pg_class", "c.oid"),
                            notInExtension("pg_proc", "p.oid"),
                            notInExtension("pg_type", "t.oid"),
                            notInExtension("pg_namespace", "n.oid"));

    /** The database's own row; what its version of the catalogue does not have is null. */
    static String database(int version) {
        boolean versioned = version >= 150000;
        String locale = version >= 170000 ? "d.datlocale" : versioned ? "d.daticulocale" : "null::text";
        return """
               select d.datname, d.oid::bigint as oid, pg_get_userbyid(d.datdba) as owner,
                 pg_encoding_to_char(d.encoding) as encoding, %s as provider, d.datcollate::text, d.datctype::text,
                 %s as icu_locale, %s as collation_version, %s as actual_version, pg_database_size(d.oid) as bytes
               from pg_database d where d.datname = current_database()
               """
                .formatted(
                        versioned ? "d.datlocprovider::text" : "'c'",
                        locale,
                        versioned ? "d.datcollversion" : "null::text",
                        versioned ? "pg_database_collation_actual_version(d.oid)" : "null::text");
    }
}
