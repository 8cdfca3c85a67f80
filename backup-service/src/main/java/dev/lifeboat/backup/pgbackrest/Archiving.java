package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.schemas.Failure;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** What has to be done so that a server archives into its stanza: a decision over facts. */
sealed interface Archiving {

    /** It does already. */
    record InForce() implements Archiving {}

    /** Our command is to be set; that needs a reload, no restart. */
    record ToBeSet() implements Archiving {}

    /** A person has to do something first. */
    record Refused(Failure failure) implements Archiving {}

    /**
     * Decides. A command of somebody else's is never replaced: it may be the only archive that there is.
     *
     * @param declared whether a cluster of that id is declared; another declaration of the same server would take its
     *     WAL away from this one
     */
    static Archiving decide(ArchivingFacts facts, ArchiveCommand wanted, Predicate<UUID> declared) {
        if (facts.inRecovery()) {
            return refused(
                    "pgbackrest.not-primary",
                    "The server is a standby.",
                    "the primary",
                    "a server in recovery",
                    "Declare the primary: was there a failover?");
        }
        if (facts.walLevel().equals("minimal")) {
            return refused(
                    "pgbackrest.wal-level",
                    "The server writes too little WAL for a physical backup.",
                    "wal_level = replica, or logical",
                    "wal_level = minimal",
                    "ALTER SYSTEM SET wal_level = 'replica'; and then restart the server.");
        }
        if (facts.archiveMode().equals("off")) {
            return refused(
                    "pgbackrest.archive-mode-off",
                    "The server does not archive its WAL.",
                    "archive_mode = on",
                    "archive_mode = off",
                    "ALTER SYSTEM SET archive_mode = 'on'; and then restart the server: a reload is not enough. Lifeboat"
                            + " sets archive_command itself where it may; where not: " + wanted.sql() + ";");
        }
        if (!facts.archiveLibrary().isEmpty()) {
            return refused(
                    "pgbackrest.archive-library",
                    "The server archives with a library, which takes the place of archive_command.",
                    "archive_library = ''",
                    "archive_library = '" + facts.archiveLibrary() + "'",
                    "ALTER SYSTEM SET archive_library = ''; SELECT pg_reload_conf(); no restart is needed.");
        }
        String command = facts.command();
        if (command.equals(wanted.text())) {
            return new InForce();
        }
        Optional<UUID> other = ArchiveCommand.clusterOf(command);
        if (other.isPresent() && !other.get().equals(wanted.clusterId()) && declared.test(other.get())) {
            return refused(
                    "pgbackrest.declared-twice",
                    "The server already archives for another declared cluster.",
                    "one declaration per server",
                    "the archive of cluster " + other.get(),
                    "Remove one of the two declarations.");
        }
        if (command.isBlank() || other.isPresent()) {
            return new ToBeSet();
        }
        return refused(
                "pgbackrest.archive-command-foreign",
                "The server has an archive_command that is not Lifeboat's, and Lifeboat does not replace it.",
                wanted.text(),
                command,
                "If nobody needs that archive any more: " + wanted.sql() + "; SELECT pg_reload_conf(); no restart is"
                        + " needed.");
    }

    /** When the server does not let us set it. */
    static Failure byHand(ArchiveCommand wanted, String said) {
        return new Failure(
                "pgbackrest.archive-command-by-hand",
                "Lifeboat may not set the server's archive_command.",
                wanted.text(),
                said,
                "As a superuser: " + wanted.sql()
                        + "; SELECT pg_reload_conf(); no restart is needed. Or let Lifeboat do"
                        + " it (15 and later): GRANT ALTER SYSTEM ON PARAMETER archive_command TO its role, and GRANT"
                        + " EXECUTE ON FUNCTION pg_reload_conf() TO it.");
    }

    /** When it was set and the server goes on with another one. */
    static Failure notTaken(ArchiveCommand wanted, String shown) {
        return new Failure(
                "pgbackrest.archive-command-overridden",
                "The server does not take the archive_command that was set.",
                wanted.text(),
                shown,
                "Something stands above ALTER SYSTEM: the server's command line, or a tool like Patroni that writes its"
                        + " configuration. Set it there.");
    }

    private static Archiving refused(String code, String message, String expected, String found, String hint) {
        return new Refused(new Failure(code, message, expected, found, hint));
    }
}
