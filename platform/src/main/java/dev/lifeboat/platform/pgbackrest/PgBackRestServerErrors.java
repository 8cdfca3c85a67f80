package dev.lifeboat.platform.pgbackrest;

import static dev.lifeboat.platform.pgbackrest.PgBackRestFault.fatal;
import static dev.lifeboat.platform.pgbackrest.PgBackRestFault.passing;

/** What it means when pgBackRest and the PostgreSQL server do not come together; why is in a warning before the error. */
final class PgBackRestServerErrors {
    private PgBackRestServerErrors() {}

    static PgBackRestFault connect(PgBackRestSaid said) {
        if (said.saysOneOf("authentication failed", "no password supplied", "no pg_hba.conf entry", "does not exist")) {
            return fatal(
                    "pgbackrest.login-refused",
                    "The server does not let pgBackRest in.",
                    "the declared user, with its password, from this host",
                    said.lineWith(
                            "authentication failed", "no password supplied", "no pg_hba.conf entry", "does not exist"),
                    "Check the secret of connection.password, and pg_hba.conf for this way in (TCP, or the Unix socket"
                            + " where connection.socketDirectory is declared).");
        }
        if (said.saysOneOf("pg_settings", "permission denied")) {
            return grantMissing(said, "pg_settings", "permission denied");
        }
        if (said.saysOneOf("pg_control", "DbMismatchError")) {
            return dataDirectory(said, said.lineWith("pg_control", "DbMismatchError"));
        }
        if (!said.says("unable to check pg1") && said.says("in recovery")) {
            return fatal(
                    "pgbackrest.not-primary",
                    "The server is a standby.",
                    "the primary",
                    said.found(),
                    "Declare the primary: was there a failover?");
        }
        return passing(
                "pgbackrest.server-unreachable",
                "pgBackRest cannot reach the PostgreSQL server.",
                "a connection",
                said.lineWith("unable to check pg1", "unable to connect"),
                "It is tried again. If it stays so, look whether the server runs.");
    }

    static PgBackRestFault dataDirectory(PgBackRestSaid said, String found) {
        if (said.says("Permission denied")) {
            return fatal(
                    "pgbackrest.folder-closed",
                    "The data directory may not be read.",
                    "to run as the operating-system user of the server",
                    found,
                    "Run the service as that user, or as root so that it can drop to it.");
        }
        return fatal(
                "pgbackrest.data-directory-wrong",
                "The declared data directory is not that of the declared server.",
                "dataDirectory as SHOW data_directory says",
                found,
                "Correct dataDirectory or connection; pgBackRest runs on the server's own host.");
    }

    static PgBackRestFault query(PgBackRestSaid said) {
        if (said.says("permission denied")) {
            return grantMissing(said, "permission denied");
        }
        if (said.saysOneOf("terminating connection", "closed the connection", "no connection to the server")) {
            return connectionLost(said);
        }
        return fatal(
                "pgbackrest.query-failed",
                "The server refused a statement of pgBackRest.",
                "a server and a pgBackRest that know each other",
                said.found(),
                "The server's log says more.");
    }

    private static PgBackRestFault grantMissing(PgBackRestSaid said, String... signs) {
        return fatal(
                "pgbackrest.grant-missing",
                "The role may not do what a backup needs.",
                "pg_monitor, and EXECUTE on the functions that begin and end a backup, switch WAL and create restore"
                        + " points",
                said.lineWith(signs),
                "GRANT what is named to the declared user.");
    }

    static PgBackRestFault connectionLost(PgBackRestSaid said) {
        return passing(
                "pgbackrest.connection-lost",
                "The connection to the server was lost during the backup.",
                "a connection that lasts",
                said.found(),
                "It is tried again. Was the server restarted, or the session ended?");
    }
}
