package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.postgres.Identifiers;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a backup method needs of the server, one row each: how to ask whether it is there, and what to do when it is not.
 * The page {@code docs/privileges.md} is printed from this table.
 *
 * <p>A question is an SQL expression that is true when all is well, may be asked by any role, and raises no error on the
 * versions that it is for. In the remedy {@code ${user}} and {@code ${database}} stand for quoted identifiers, {@code ${role}} for the
 * role as a quoted literal.
 *
 * @see <a href="https://www.postgresql.org/docs/current/predefined-roles.html">Predefined roles</a>
 * @see <a href="https://www.postgresql.org/docs/current/app-pgdump.html">pg_dump</a>
 */
enum Privilege {
    DUMP_CONNECT(
            "dump",
            Where.EACH_DATABASE_FROM_OUTSIDE,
            Weight.NEEDED,
            0,
            Integer.MAX_VALUE,
            "postgres.grant-missing.connect",
            "may not connect to the database",
            "has_database_privilege(current_user, datname, 'CONNECT')",
            "GRANT CONNECT ON DATABASE ${database} TO ${user};"),
    DUMP_READ(
            "dump",
            Where.EACH_DATABASE,
            Weight.NEEDED,
            14,
            Integer.MAX_VALUE,
            "postgres.grant-missing.read",
            "may not read every table and sequence",
            PrivilegeSql.ALL_READABLE,
            "GRANT pg_read_all_data TO ${user};"),
    DUMP_READ_BEFORE_14(
            "dump",
            Where.EACH_DATABASE,
            Weight.NEEDED,
            0,
            13,
            "postgres.grant-missing.read",
            "may not read every table and sequence",
            PrivilegeSql.ALL_READABLE,
            PrivilegeSql.GRANT_READ_BEFORE_14),
    DUMP_ROW_SECURITY(
            "dump",
            Where.EACH_DATABASE,
            Weight.NEEDED,
            0,
            Integer.MAX_VALUE,
            "postgres.grant-missing.bypassrls",
            "would not see all rows of tables with row security",
            PrivilegeSql.NO_ROW_HIDDEN,
            "ALTER ROLE ${user} BYPASSRLS;"),
    DUMP_LARGE_OBJECTS(
            "dump",
            Where.EACH_DATABASE,
            Weight.NEEDED,
            0,
            Integer.MAX_VALUE,
            "postgres.grant-missing.large-objects",
            "may not read every large object (pg_read_all_data does not cover them)",
            PrivilegeSql.LARGE_OBJECTS_READABLE,
            PrivilegeSql.GRANT_LARGE_OBJECTS),
    DUMP_ROLE_PASSWORDS(
            "dump",
            Where.SERVER,
            Weight.WANTED,
            0,
            Integer.MAX_VALUE,
            "postgres.role-passwords-omitted",
            "may not read the roles' passwords: dumps will be complete but for them",
            "has_table_privilege(current_user, 'pg_catalog.pg_authid', 'SELECT')",
            "GRANT SELECT ON pg_catalog.pg_authid TO ${user};"),
    PHYSICAL_REPLICATION(
            "physical",
            Where.SERVER,
            Weight.NEEDED,
            0,
            Integer.MAX_VALUE,
            "postgres.grant-missing.replication",
            "may not replicate",
            "(select rolsuper or rolreplication from pg_catalog.pg_roles where rolname = current_user)",
            "ALTER ROLE ${user} REPLICATION;\n"
                    + "-- and in pg_hba.conf, for the word all does not match it: hostssl replication ${user} <address>"
                    + " scram-sha-256"),
    PHYSICAL_WAL_LEVEL(
            "physical",
            Where.SERVER,
            Weight.WANTED,
            0,
            Integer.MAX_VALUE,
            "postgres.wal-level-too-low",
            "finds wal_level = minimal, and no base backup is given until it is replica; this needs a restart of the"
                    + " server",
            "current_setting('wal_level') <> 'minimal'",
            "ALTER SYSTEM SET wal_level = 'replica'; -- then restart the server"),
    PHYSICAL_SENDERS(
            "physical",
            Where.SERVER,
            Weight.WANTED,
            0,
            Integer.MAX_VALUE,
            "postgres.wal-senders-too-few",
            "finds max_wal_senders below 2: one for the stream of WAL, one for a base backup; this needs a restart of the"
                    + " server",
            "current_setting('max_wal_senders')::int >= 2",
            "ALTER SYSTEM SET max_wal_senders = 10; -- then restart the server"),
    PGBACKREST_MONITOR(
            "pgbackrest",
            Where.SERVER,
            Weight.NEEDED,
            0,
            Integer.MAX_VALUE,
            "postgres.grant-missing.monitor",
            "may not read the server's settings and statistics",
            "pg_has_role(current_user, 'pg_monitor', 'USAGE')",
            "GRANT pg_monitor TO ${user};"),
    PGBACKREST_BACKUP(
            "pgbackrest",
            Where.SERVER,
            Weight.NEEDED,
            15,
            Integer.MAX_VALUE,
            "postgres.grant-missing.backup",
            "may not begin and end a backup",
            "has_function_privilege(current_user, 'pg_catalog.pg_backup_start(text, boolean)', 'EXECUTE') and"
                    + " has_function_privilege(current_user, 'pg_catalog.pg_backup_stop(boolean)', 'EXECUTE')",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_backup_start(text, boolean) TO ${user};\n"
                    + "GRANT EXECUTE ON FUNCTION pg_catalog.pg_backup_stop(boolean) TO ${user};"),
    PGBACKREST_BACKUP_BEFORE_15(
            "pgbackrest",
            Where.SERVER,
            Weight.NEEDED,
            0,
            14,
            "postgres.grant-missing.backup",
            "may not begin and end a backup",
            "has_function_privilege(current_user, 'pg_catalog.pg_start_backup(text, boolean, boolean)', 'EXECUTE') and"
                    + " has_function_privilege(current_user, 'pg_catalog.pg_stop_backup(boolean, boolean)',"
                    + " 'EXECUTE')",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_start_backup(text, boolean, boolean) TO ${user};\n"
                    + "GRANT EXECUTE ON FUNCTION pg_catalog.pg_stop_backup(boolean, boolean) TO ${user};"),
    PGBACKREST_SWITCH_WAL(
            "pgbackrest",
            Where.SERVER,
            Weight.NEEDED,
            0,
            Integer.MAX_VALUE,
            "postgres.grant-missing.switch-wal",
            "may not switch to a new WAL segment",
            "has_function_privilege(current_user, 'pg_catalog.pg_switch_wal()', 'EXECUTE')",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO ${user};"),
    PGBACKREST_RESTORE_POINT(
            "pgbackrest",
            Where.SERVER,
            Weight.NEEDED,
            0,
            Integer.MAX_VALUE,
            "postgres.grant-missing.restore-point",
            "may not create restore points",
            "has_function_privilege(current_user, 'pg_catalog.pg_create_restore_point(text)', 'EXECUTE')",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_create_restore_point(text) TO ${user};"),
    WAL_LEVEL(
            "pgbackrest",
            Where.SERVER,
            Weight.WANTED,
            0,
            Integer.MAX_VALUE,
            "postgres.wal-level-too-low",
            "finds wal_level = minimal, and pgBackRest fails until it is replica; this needs a restart of the server",
            "current_setting('wal_level') <> 'minimal'",
            "ALTER SYSTEM SET wal_level = 'replica'; -- then restart the server"),
    ARCHIVE_MODE(
            "pgbackrest",
            Where.SERVER,
            Weight.WANTED,
            0,
            Integer.MAX_VALUE,
            "postgres.archive-mode-off",
            "finds archive_mode = off, and pgBackRest fails until it is on; this needs a restart of the server",
            "current_setting('archive_mode') <> 'off'",
            "ALTER SYSTEM SET archive_mode = 'on'; -- then restart the server"),
    ARCHIVE_LIBRARY(
            "pgbackrest",
            Where.SERVER,
            Weight.WANTED,
            15,
            Integer.MAX_VALUE,
            "postgres.archive-library-set",
            "finds an archive_library, which takes the place of archive_command",
            "coalesce(current_setting('archive_library', true), '') = ''",
            "ALTER SYSTEM SET archive_library = ''; SELECT pg_reload_conf();"),
    ALTER_SYSTEM(
            "pgbackrest",
            Where.SERVER,
            Weight.WANTED,
            15,
            Integer.MAX_VALUE,
            "postgres.archive-command-by-hand",
            "may not set archive_command: set it by hand, or grant it; no restart is needed",
            "has_parameter_privilege(current_user, 'archive_command', 'ALTER SYSTEM') and"
                    + " has_function_privilege(current_user, 'pg_catalog.pg_reload_conf()', 'EXECUTE') and"
                    + " coalesce(current_setting('allow_alter_system', true), 'on') = 'on'",
            "GRANT ALTER SYSTEM ON PARAMETER archive_command TO ${user};\n"
                    + "GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO ${user};"),
    ALTER_SYSTEM_BEFORE_15(
            "pgbackrest",
            Where.SERVER,
            Weight.WANTED,
            0,
            14,
            "postgres.archive-command-by-hand",
            "may not set archive_command, which before PostgreSQL 15 only a superuser may; no restart is needed",
            "current_setting('is_superuser') = 'on'",
            "ALTER SYSTEM SET archive_command = '…'; SELECT pg_reload_conf(); -- as a superuser"),
    MARKERS(
            "markers",
            Where.SERVER,
            Weight.WANTED,
            0,
            Integer.MAX_VALUE,
            "markers.not-permitted",
            "may not make the database that markers are written into: recoveries are proven without them",
            "(select rolsuper or rolcreatedb from pg_catalog.pg_roles where rolname = current_user)"
                    + " or exists (select from pg_catalog.pg_database where datname = 'lifeboat'"
                    + " and pg_has_role(current_user, datdba, 'USAGE'))",
            "CREATE DATABASE lifeboat OWNER ${user}; -- or declare markers: {enabled: false}");

    /** Where the question is asked. */
    enum Where {
        /** Once, in the maintenance database. */
        SERVER,
        /** In the maintenance database, once for each database; {@code datname} is its name. */
        EACH_DATABASE_FROM_OUTSIDE,
        /** In each database. */
        EACH_DATABASE
    }

    /** What its absence means. */
    enum Weight {
        /** The method cannot work: the declaration is refused. */
        NEEDED,
        /** Something is left out, or is to be done by hand: a warning. */
        WANTED
    }

    private final String method;
    private final Where where;
    private final Weight weight;
    private final int from;
    private final int until;
    private final String code;
    private final String lack;
    private final String question;
    private final String remedy;

    Privilege(
            String method,
            Where where,
            Weight weight,
            int from,
            int until,
            String code,
            String lack,
            String question,
            String remedy) {
        this.method = method;
        this.where = where;
        this.weight = weight;
        this.from = from;
        this.until = until;
        this.code = code;
        this.lack = lack;
        this.question = question;
        this.remedy = remedy;
    }

    /** The rows for some methods on a server of a major version. */
    static List<Privilege> of(Set<String> methods, int major, Where where) {
        return Arrays.stream(values())
                .filter(row ->
                        methods.contains(row.method) && row.from <= major && row.until >= major && row.where == where)
                .toList();
    }

    String method() {
        return method;
    }

    Where where() {
        return where;
    }

    Weight weight() {
        return weight;
    }

    /** The major versions of the server that it is for, in words. */
    String versions() {
        return from > 0 ? from + " and later" : until < Integer.MAX_VALUE ? "before " + (until + 1) : "all";
    }

    String code() {
        return code;
    }

    /** What is wrong when it is missing, as the rest of a sentence that begins with the role. */
    String lack() {
        return lack;
    }

    String question() {
        return question;
    }

    /** SQL that mends it, for a role and a database. */
    String remedy(String user, String database) {
        return remedy.replace("${role}", Identifiers.literal(user))
                .replace("${database}", Identifiers.quote(database))
                .replace("${user}", Identifiers.quote(user));
    }
}
