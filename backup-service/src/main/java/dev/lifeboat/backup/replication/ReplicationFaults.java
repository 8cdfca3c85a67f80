package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Identifiers;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.sql.SQLException;

/**
 * Why replication did not go on, decided in one place. What the rest of Lifeboat knows already (a wrong password, no
 * certificate, a server that starts) keeps its code there; what only replication meets is told apart here, by SQLSTATE and by
 * the routine that raised it, because messages may be in any language.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
public final class ReplicationFaults {
    /** The connection broke: try again from what is durable. */
    public static final String CONNECTION_LOST = "replication.connection-lost";

    /** The WAL that was asked for is no longer on the server. */
    public static final String WAL_REMOVED = "replication.wal-removed";

    /** The slot does not exist. */
    public static final String SLOT_MISSING = "replication.slot-missing";

    /** Another connection streams from the slot. */
    public static final String SLOT_ACTIVE = "replication.slot-active";

    /** The server gave the slot up. */
    public static final String SLOT_INVALIDATED = "replication.slot-invalidated";

    /** The server's history left the timeline before the position that was asked for. */
    public static final String TIMELINE_FOREIGN = "replication.timeline-not-in-history";

    /** What was asked for lies ahead of what the server has. */
    public static final String SERVER_BEHIND = "replication.server-behind";

    private ReplicationFaults() {}

    /** What was being done when the server said no. */
    enum Doing {
        LOGIN("Logging in for replication"),
        COMMAND("Asking over the replication protocol"),
        SLOT("Working on the replication slot"),
        HISTORY("Reading a timeline's history"),
        STREAM("Streaming WAL"),
        BASE_BACKUP("Taking a base backup");

        private final String words;

        Doing(String words) {
            this.words = words;
        }
    }

    static PostgresException of(ServerError error, Doing doing, PostgresTarget target) {
        return new PostgresException(doing.words + " at " + target.address(), classify(error, doing, target), null);
    }

    /** The connection broke, or nothing came for too long. */
    static PostgresException lost(IOException cause, PostgresTarget target) {
        return new PostgresException(
                "Talking to " + target.address(),
                retryable(
                        CONNECTION_LOST,
                        "The replication connection broke.",
                        "a connection that lasts",
                        String.valueOf(cause.getMessage()),
                        "It is taken up again from what is durable. If it stays so, look at the network and the server's log."),
                cause);
    }

    /** No connection came about. */
    static PostgresException unreachable(IOException cause, PostgresTarget target) {
        return PostgresException.of(
                "Connecting to " + target.address(),
                new SQLException(String.valueOf(cause.getMessage()), "08001", cause));
    }

    /** The server speaks differently from what the protocol says. */
    static PostgresException protocol(String expected, String found, PostgresTarget target) {
        return new PostgresException(
                "Talking to " + target.address(),
                fatal(
                        "replication.protocol",
                        "The server's answer is none of the replication protocol.",
                        expected,
                        found,
                        "Connect to the server itself: a pooler or proxy in between does not do."),
                null);
    }

    static PostgresFault classify(ServerError error, Doing doing, PostgresTarget target) {
        String said = error.said();
        return switch (error.sqlState()) {
            case "28000" -> hba(error, target);
            case "42501" ->
                fatal(
                        "replication.role-lacks-replication",
                        "The role may not replicate.",
                        "a role with the attribute REPLICATION",
                        said,
                        "Run: ALTER ROLE " + Identifiers.quote(target.user()) + " REPLICATION;");
            case "53300" -> senders(error);
            case "53400" ->
                fatal(
                        "replication.slots-exhausted",
                        "All replication slots of the server are in use.",
                        "a free slot",
                        said,
                        "Raise max_replication_slots (needs a restart), or drop a slot that nobody uses:"
                                + " SELECT slot_name FROM pg_replication_slots WHERE NOT active;");
            case "42704" -> slotMissing(said);
            case "42710" ->
                fatal(
                        "replication.slot-exists",
                        "A replication slot of that name exists already.",
                        "no slot of that name",
                        said,
                        "Use the slot that is there, or another name.");
            case "55006" ->
                retryable(
                        SLOT_ACTIVE,
                        "Somebody else streams from the replication slot.",
                        "a slot that nobody uses",
                        said,
                        "It is tried again: after a broken connection the server notices within wal_sender_timeout."
                                + " If it stays so, another program uses the slot: SELECT * FROM pg_stat_replication;");
            case "55000" -> notReady(error, doing);
            case "58P01" -> gone(said, doing);
            case "XX000" -> internal(error, doing);
            default -> known(error);
        };
    }

    /** The fault of a slot whose WAL the server no longer keeps. */
    public static PostgresFault slotInvalidated(String found) {
        return fatal(
                SLOT_INVALIDATED,
                "The server gave the replication slot up.",
                "a slot for which the server keeps WAL",
                found,
                "It held back more than max_slot_wal_keep_size or was idle too long. Drop it; a gap is then recorded,"
                        + " and a new base backup is needed.");
    }

    /** The fault of a slot that is not there. */
    public static PostgresFault slotMissing(String found) {
        return fatal(
                SLOT_MISSING,
                "The replication slot does not exist.",
                "the slot that was made for this stream",
                found,
                "Somebody dropped it, or the server is another one. Make it again; whether WAL is missing shows then.");
    }

    private static PostgresFault hba(ServerError error, PostgresTarget target) {
        if (!error.routine().startsWith("ClientAuthentication")
                && !error.message().contains("pg_hba.conf")) {
            return known(error);
        }
        return fatal(
                "replication.hba-entry-missing",
                "The server's pg_hba.conf lets nobody replicate from here.",
                "an entry for the database replication (the word all does not match it)",
                error.said(),
                "Add to pg_hba.conf and reload: hostssl replication " + Identifiers.quote(target.user())
                        + " <this host's address>/32 scram-sha-256");
    }

    private static PostgresFault senders(ServerError error) {
        // The name of the setting stands in every translation of the message.
        if (error.message().contains("max_wal_senders")) {
            return retryable(
                    "replication.senders-exhausted",
                    "The server has no WAL sender left for us.",
                    "a free WAL sender",
                    error.said(),
                    "It is tried again. Raise max_wal_senders (needs a restart), or end a replication connection that"
                            + " nobody needs.");
        }
        return known(error);
    }

    private static PostgresFault notReady(ServerError error, Doing doing) {
        if (error.message().contains("wal_level")) {
            return fatal(
                    "replication.wal-level",
                    "The server writes too little into its WAL.",
                    "wal_level = replica or logical",
                    error.said(),
                    "ALTER SYSTEM SET wal_level = replica; then restart the server.");
        }
        if (error.message().contains("max_replication_slots")) {
            return fatal(
                    "replication.slots-exhausted",
                    "The server has no replication slots.",
                    "max_replication_slots above 0",
                    error.said(),
                    "Raise max_replication_slots and restart the server.");
        }
        return doing == Doing.STREAM ? slotInvalidated(error.said()) : known(error);
    }

    private static PostgresFault gone(String said, Doing doing) {
        return switch (doing) {
            case STREAM ->
                fatal(
                        WAL_REMOVED,
                        "WAL that is needed is no longer on the server.",
                        "WAL from where the store ends",
                        said,
                        "There is a gap now: record it and take a new base backup. A slot with enough"
                                + " max_slot_wal_keep_size avoids it.");
            case HISTORY ->
                fatal(
                        "replication.history-missing",
                        "The history of a timeline is no longer on the server.",
                        "the .history file of the timeline",
                        said,
                        "Look into pg_wal and the archive for the file, and put it back into pg_wal.");
            case LOGIN, COMMAND, SLOT, BASE_BACKUP ->
                fatal(
                        "replication.file-missing",
                        "A file of the server is missing.",
                        "a data directory that is whole",
                        said,
                        "Look into the server's log.");
        };
    }

    private static PostgresFault internal(ServerError error, Doing doing) {
        if (doing != Doing.STREAM) {
            return known(error);
        }
        // Both come from the same routine; only the foreign timeline comes with a detail (where the fork is).
        if (error.routine().equals("StartReplication") && error.detail().isEmpty()) {
            return fatal(
                    SERVER_BEHIND,
                    "The server has less WAL than was already received from it.",
                    "a server that is at least as far as the store",
                    error.said(),
                    "Was it restored from a backup or a snapshot? Then it needs a new timeline, or a store of its own.");
        }
        if (error.routine().equals("StartReplication") || error.routine().equals("tliSwitchPoint")) {
            return fatal(
                    TIMELINE_FOREIGN,
                    "The server's history does not go through the WAL that was received.",
                    "a server whose timeline descends from the one in the store",
                    error.said(),
                    "Is it another server, or a failed-over one that forked earlier? Take a new base backup of the one"
                            + " that is right.");
        }
        return known(error);
    }

    private static PostgresFault known(ServerError error) {
        return PostgresFault.classify(new SQLException(error.said(), error.sqlState()));
    }

    static PostgresFault fatal(String code, String message, String expected, String found, String hint) {
        return new PostgresFault(false, new Failure(code, message, expected, found, hint));
    }

    private static PostgresFault retryable(String code, String message, String expected, String found, String hint) {
        return new PostgresFault(true, new Failure(code, message, expected, found, hint));
    }
}
