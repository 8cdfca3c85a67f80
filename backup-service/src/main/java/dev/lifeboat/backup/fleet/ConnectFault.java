package dev.lifeboat.backup.fleet;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.net.UnknownHostException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;

/**
 * Why a declared connection does not work.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error codes</a>
 */
final class ConnectFault {
    private ConnectFault() {}

    /** One clear error, without the password. */
    static Failure of(SQLException fault, ClusterSpec.Connection declared, String database) {
        String address = declared.host() + ":" + declared.port();
        String user = '"' + declared.user() + '"';
        String state = fault.getSQLState() == null ? "" : fault.getSQLState();
        String said = fault.getMessage() == null ? "" : fault.getMessage();
        if (caused(fault, SSLException.class) || (state.equals("08004") && said.contains("SSL"))) {
            return new Failure(
                    "postgres.tls-refused",
                    "No TLS connection to " + address + " came about.",
                    "sslMode " + declared.sslMode(),
                    said,
                    "Look at the server's certificate and at sslMode.");
        }
        return switch (state) {
            case "28P01" ->
                new Failure(
                        "postgres.password-wrong",
                        "The server at " + address + " refuses the password of " + user + ".",
                        "the role's password",
                        "another one",
                        "Correct the secret that connection.password refers to.");
            case "28000" -> notAuthorised(said, user, address, database);
            case "08004" ->
                new Failure(
                        "postgres.password-missing",
                        "The server at " + address + " wants a password for " + user + ", and none is declared.",
                        "connection.password",
                        "nothing",
                        "Refer to the password: {env: LIFEBOAT_SECRET_…} or {file: …}.");
            case "3D000" ->
                new Failure(
                        "postgres.database-unknown",
                        "There is no database \"" + database + "\" on the server at " + address + ".",
                        "an existing database",
                        database,
                        "Correct its name.");
            case "42501" ->
                new Failure(
                        "postgres.grant-missing",
                        "The role " + user + " may not do this in \"" + database + "\": " + said,
                        null,
                        null,
                        "GRANT CONNECT ON DATABASE \"" + database.replace("\"", "\"\"") + "\" TO \""
                                + declared.user().replace("\"", "\"\"") + "\";");
            case "53300" ->
                new Failure(
                        "postgres.too-many-connections",
                        "The server at " + address + " has no connection left.",
                        "a free connection",
                        said,
                        "Raise max_connections, or the role's or database's CONNECTION LIMIT.");
            case "57P01", "57P02", "57P03" ->
                new Failure(
                        "postgres.not-ready",
                        "The server at " + address + " is starting or stopping.",
                        "a server that accepts connections",
                        said,
                        "Try again when it is up.");
            default ->
                state.startsWith("08")
                        ? unreachable(fault, address)
                        : new Failure(
                                "postgres.failed",
                                "The server at " + address + " answered with an error.",
                                null,
                                state + " " + said,
                                "Look at the server's log.");
        };
    }

    private static Failure notAuthorised(String said, String user, String address, String database) {
        if (said.contains("pg_hba.conf")) {
            return new Failure(
                    "postgres.no-pg-hba-entry",
                    "The server at " + address + " lets " + user + " not in from here.",
                    "a line in pg_hba.conf for this role, database \"" + database + "\" and address",
                    said,
                    "Add such a line to pg_hba.conf, then SELECT pg_reload_conf();");
        }
        return new Failure(
                "postgres.login-refused",
                "The server at " + address + " refuses " + user + ".",
                "a role that may log in",
                said,
                "Look whether the role exists and has LOGIN.");
    }

    private static Failure unreachable(SQLException fault, String address) {
        return new Failure(
                "postgres.unreachable",
                "Nothing answers at " + address + ".",
                "a PostgreSQL server",
                caused(fault, UnknownHostException.class) ? "no such host" : fault.getMessage(),
                "Look at host and port, at listen_addresses of the server, and at the firewall between.");
    }

    private static boolean caused(Throwable fault, Class<? extends Throwable> type) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
