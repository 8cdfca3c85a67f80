package dev.lifeboat.backup.fleet;

/** The longer questions and remedies of {@link Privilege}. */
final class PrivilegeSql {
    /** pg_dump locks and reads tables, and reads sequences; it leaves out what extensions own. */
    static final String ALL_READABLE =
            """
            not exists (
              select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't'
                and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
                and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass
                                and d.objid = c.oid and d.deptype = 'e')
                and not (has_schema_privilege(current_user, n.oid, 'USAGE')
                         and case when c.relkind = 'S' then has_sequence_privilege(current_user, c.oid, 'SELECT')
                                  else has_table_privilege(current_user, c.oid, 'SELECT') end))""";

    /** pg_dump refuses a table whose policies would hide rows from it; an owner is exempt unless they are forced. */
    static final String NO_ROW_HIDDEN =
            """
            (select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user)
            or not exists (
              select from pg_catalog.pg_class c
              where c.relkind in ('r', 'p') and c.relrowsecurity
                and (c.relforcerowsecurity or not pg_has_role(current_user, c.relowner, 'USAGE')))""";

    /** Before PostgreSQL 18 there is no function that answers this. */
    static final String LARGE_OBJECTS_READABLE =
            """
            (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
            or current_setting('lo_compat_privileges') = 'on'
            or not exists (
              select from pg_catalog.pg_largeobject_metadata m
              where not pg_has_role(current_user, m.lomowner, 'USAGE')
                and not exists (
                  select from pg_catalog.aclexplode(m.lomacl) a
                  where a.privilege_type = 'SELECT'
                    and (a.grantee = 0 or pg_has_role(current_user, a.grantee, 'USAGE'))))""";

    static final String GRANT_LARGE_OBJECTS =
            """
            SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I', oid, ${role}) FROM pg_largeobject_metadata \\gexec
            -- in ${database}, and again for each new one; or once: ALTER ROLE ${user} SET lo_compat_privileges = on;""";

    static final String GRANT_READ_BEFORE_14 =
            """
            SELECT format('GRANT USAGE ON SCHEMA %I TO %I; GRANT SELECT ON ALL TABLES IN SCHEMA %1$I TO %2$I;'
                          ' GRANT SELECT ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I', nspname, ${role})
              FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_' \\gexec
            -- in ${database}; and ALTER DEFAULT PRIVILEGES for what is created later""";

    private PrivilegeSql() {}
}
