package dev.lifeboat.platform.postgres;

import dev.lifeboat.schemas.Failure;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Why a PostgreSQL server did not do what it was asked, decided in one place for everything that talks to one: by SQLSTATE
 * where there is one, by what the driver met otherwise.
 *
 * @param retryable whether the same may succeed later without anybody changing anything
 * @param failure stable code, expected, found, hint
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
public record PostgresFault(boolean retryable, Failure failure) {

    /** The stable code. */
    public String code() {
        return failure.code();
    }

    /** What stood in the way; looks through the causes for the one that says most. Never fails. */
    public static PostgresFault classify(Throwable thrown) {
        List<Throwable> chain = causes(thrown);
        Optional<PostgresException> known = first(chain, PostgresException.class);
        if (known.isPresent()) {
            return known.get().fault();
        }
        Optional<SQLException> sql = first(chain, SQLException.class);
        if (sql.isEmpty()) {
            return fatal(
                    "postgres.unexpected",
                    "Talking to PostgreSQL failed in a way that was not foreseen.",
                    "an answer",
                    String.valueOf(thrown),
                    "Look into the log; this is worth a report.");
        }
        String state = sql.get().getSQLState() == null ? "" : sql.get().getSQLState();
        String said = String.valueOf(sql.get().getMessage()).strip();
        if (state.isEmpty() || state.startsWith("08")) {
            return withoutConnection(chain, said);
        }
        return answered(state, said);
    }

    private static PostgresFault withoutConnection(List<Throwable> chain, String said) {
        String lower = said.toLowerCase(Locale.ROOT);
        if (first(chain, CertificateException.class).isPresent()
                || first(chain, CertPathBuilderException.class).isPresent()
                || lower.contains("could not be verified by hostnameverifier")
                || lower.contains("hostname verif")) {
            return fatal(
                    "postgres.certificate-untrusted",
                    "The certificate of the server is not trusted.",
                    "a certificate for this host, signed by an authority that is trusted",
                    said,
                    "Name the authority's certificate in connection.caFile, or use the host name that the certificate is for.");
        }
        if (lower.contains("ssl root certificate")) {
            return fatal(
                    "postgres.ca-file-unusable",
                    "The certificate of the authority cannot be read.",
                    "a readable file in PEM format",
                    said,
                    "Set connection.caFile to the certificate of the authority that signed the server's.");
        }
        if (lower.contains("does not support ssl")) {
            return fatal(
                    "postgres.tls-missing",
                    "The server does not speak TLS.",
                    "ssl = on",
                    said,
                    "Switch TLS on in postgresql.conf, or set sslMode to prefer.");
        }
        Optional<UnknownHostException> name = first(chain, UnknownHostException.class);
        if (name.isPresent()) {
            return unreachable("the name " + name.get().getMessage() + " is unknown");
        }
        if (first(chain, SocketTimeoutException.class).isPresent()) {
            return passing(
                    "postgres.timed-out",
                    "The server did not answer in time.",
                    "an answer",
                    said,
                    "It is tried again. If it stays so, look whether the server hangs or a firewall drops packets.");
        }
        if (first(chain, ConnectException.class).isPresent()
                || first(chain, SSLException.class).isEmpty()) {
            return unreachable(said);
        }
        return fatal(
                "postgres.tls-failed",
                "No TLS connection to the server came about.",
                "a protocol version and cipher that both know",
                said,
                "Compare ssl_min_protocol_version of the server with what Java allows.");
    }

    private static PostgresFault answered(String state, String said) {
        return switch (state) {
            case "28P01" ->
                fatal(
                        "postgres.password-wrong",
                        "The server does not accept the password.",
                        "the password of the role",
                        said,
                        "Check the secret that the connection refers to; was the password changed?");
            case "28000" -> refused(said);
            case "3D000" ->
                fatal(
                        "postgres.database-missing",
                        "The database does not exist.",
                        "an existing database",
                        said,
                        "Was it dropped or renamed? Correct the declaration, or leave the list of databases out.");
            case "42501" ->
                fatal(
                        "postgres.privilege-missing",
                        "The role may not do this.",
                        "a role with the privilege",
                        said,
                        "Grant it: the message names the object; the guide lists what each method needs.");
            case "53300" ->
                passing(
                        "postgres.too-many-connections",
                        "The server has no connection left for us.",
                        "a free connection",
                        said,
                        "It is tried again. Raise max_connections, or the role's CONNECTION LIMIT, or use fewer jobs.");
            case "57P03" ->
                passing(
                        "postgres.starting-up",
                        "The server is starting, stopping or in recovery.",
                        "a server that accepts connections",
                        said,
                        "It is tried again. If it stays so, look into the server's log.");
            case "57P01", "57P02", "57P05" ->
                passing(
                        "postgres.shut-down",
                        "The server ended our connection.",
                        "a connection that lasts",
                        said,
                        "It is tried again. The server was stopped, or an administrator ended the session.");
            case "57014" ->
                fatal(
                        "postgres.cancelled",
                        "The statement was cancelled.",
                        "time until its end",
                        said,
                        "A statement_timeout or an administrator ended it: give it more time.");
            case "55P03" ->
                passing(
                        "postgres.lock-not-available",
                        "A lock could not be had in time.",
                        "a lock",
                        said,
                        "It is tried again. Look at pg_locks for who holds it.");
            case "40001", "40P01" ->
                passing(
                        "postgres.conflict",
                        "The transaction met another one.",
                        "no conflict, no deadlock",
                        said,
                        "It is tried again.");
            case "53100" ->
                fatal(
                        "postgres.disk-full",
                        "The server has no disk space left.",
                        "free disk space",
                        said,
                        "Make room on the server's disk.");
            case "53200", "53000", "53400" ->
                passing(
                        "postgres.resources-missing",
                        "The server lacks memory or another resource.",
                        "free resources",
                        said,
                        "It is tried again. If it stays so, look at the server's memory and limits.");
            case "XX001", "XX002" ->
                fatal(
                        "postgres.data-corrupted",
                        "The server found damaged data.",
                        "pages and indexes that are whole",
                        said,
                        "This cluster is damaged. Keep its newest good backup, and restore.");
            case "42704" -> missing(said);
            case "42P01", "3F000", "42883" -> missing(said);
            case "25006" ->
                fatal(
                        "postgres.read-only",
                        "The server is a standby or read only.",
                        "the primary",
                        said,
                        "Connect to the primary: was there a failover?");
            case "0A000" ->
                fatal(
                        "postgres.not-supported",
                        "The server cannot do this.",
                        "a version that can",
                        said,
                        "Compare the server's version with what the method needs.");
            default -> byClass(state, said);
        };
    }

    private static PostgresFault byClass(String state, String said) {
        return switch (state.length() >= 2 ? state.substring(0, 2) : "") {
            case "28" -> refused(said);
            case "53" ->
                passing(
                        "postgres.resources-missing",
                        "The server lacks a resource.",
                        "free resources",
                        said,
                        "It is tried again. If it stays so, look at the server's limits.");
            case "57" ->
                passing(
                        "postgres.shut-down",
                        "The server ended our work.",
                        "a server that lets us finish",
                        said,
                        "It is tried again.");
            case "58", "XX" ->
                fatal(
                        "postgres.internal-error",
                        "The server met an error of its own.",
                        "none",
                        state + ": " + said,
                        "Look into the server's log.");
            default ->
                fatal(
                        "postgres.statement-refused",
                        "The server refuses the statement.",
                        "a statement that this server and version takes",
                        state + ": " + said,
                        "The message says what it does not like.");
        };
    }

    private static PostgresFault refused(String said) {
        if (said.contains("pg_hba.conf")) {
            return fatal(
                    "postgres.hba-entry-missing",
                    "The server's pg_hba.conf lets nobody in from here like this.",
                    "an entry for this host, database, role and encryption",
                    said,
                    "Add a line to pg_hba.conf (for physical backups, one for the database replication) and reload.");
        }
        return fatal(
                "postgres.role-refused",
                "The server does not let this role in.",
                "a role that exists and may log in",
                said,
                "Create the role with LOGIN, or correct the user in the declaration.");
    }

    private static PostgresFault missing(String said) {
        return fatal(
                "postgres.object-missing",
                "Something that the statement names does not exist.",
                "an existing object",
                said,
                "Was it dropped meanwhile, or is an extension missing?");
    }

    private static PostgresFault unreachable(String found) {
        return passing(
                "postgres.unreachable",
                "The server cannot be reached, or the connection broke.",
                "a connection",
                found,
                "It is tried again. If it stays so, check host, port, listen_addresses, firewall, and that it runs.");
    }

    static PostgresFault fatal(String code, String message, String expected, String found, String hint) {
        return new PostgresFault(false, new Failure(code, message, expected, found, hint));
    }

    private static PostgresFault passing(String code, String message, String expected, String found, String hint) {
        return new PostgresFault(true, new Failure(code, message, expected, found, hint));
    }

    private static List<Throwable> causes(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = thrown; t != null && !chain.contains(t) && chain.size() < 30; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }

    private static <T> Optional<T> first(List<Throwable> chain, Class<T> type) {
        return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
    }
}
