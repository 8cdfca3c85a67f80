package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What whoever takes a restored server over has to know.
 *
 * @param host where it lies
 * @param dataDirectory that the server starts from
 * @param start the command, to be run as {@code user}
 * @param user of the operating system that owns the files
 * @param checks each check that is known by now, as {@code name: verdict}
 * @param next what to do, in order
 * @param tablespaces folders of the server's tablespaces, which belong to it as its data directory does
 * @param archivedAs stanza of an archive of its own; null when archiving is off
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HandOverNote(
        UUID restoreId,
        String cluster,
        String host,
        String dataDirectory,
        String user,
        String start,
        int majorVersion,
        String systemIdentifier,
        Integer timeline,
        UUID backupId,
        Reached reached,
        List<String> checks,
        List<String> next,
        Instant handedOverAt,
        List<String> tablespaces,
        String archivedAs) {

    /** The same for people. */
    String text() {
        return """
                Cluster %s, restored by Lifeboat (restore %s), handed over at %s.

                Where   %s on host %s, files of user %s
                        tablespaces: %s
                What    PostgreSQL %d, system identifier %s, timeline %s, from backup %s
                Reached %s
                Checks  %s

                Start it, as %s:

                    %s

                Then:

                %s
                """
                .formatted(
                        cluster,
                        restoreId,
                        handedOverAt,
                        dataDirectory,
                        host,
                        user,
                        tablespaces == null || tablespaces.isEmpty() ? "none" : String.join(", ", tablespaces),
                        majorVersion,
                        systemIdentifier,
                        timeline,
                        backupId,
                        reached == null
                                ? "not measured"
                                : "WAL to " + reached.lsn() + ", last commit at " + reached.lastCommitAt(),
                        checks.isEmpty() ? "none were made" : String.join(", ", checks),
                        user,
                        start,
                        next.stream().map(step -> "- " + step).collect(Collectors.joining("\n")));
    }

    /** What to do with a restored server. */
    static List<String> next(String cluster, String method, boolean sourceConfiguration, String archiving) {
        return List.of(
                sourceConfiguration
                        ? "Look through postgresql.conf and pg_hba.conf: they are the source's, with its port and its paths."
                        : "The source kept its configuration elsewhere: postgresql.conf and pg_hba.conf here are a beginning.",
                "Look at the data before anybody writes: is it the moment that you wanted?",
                "Recovery has ended: restore_command and the target are taken out, no signal file is left, and nothing is"
                        + " fetched from the repository any more. The server starts as a primary, on the timeline named above.",
                archiving,
                method.equals("physical")
                        ? "No WAL of it is stored: the slot of the old stream is not here, and the old server's stream goes on as"
                                + " before. Declared under a name of its own with wal {mode: stream}, it gets a slot and a prefix"
                                + " of its own."
                        : "The old stanza stays the old server's. A new one is made with pgbackrest stanza-create.",
                "Nothing of replication is set up: no primary_conninfo, no slots, no synchronous standbys. Subscriptions of"
                        + " the source may begin to work again on start: disable them first if the source still runs.",
                "When it takes over, stop the old server for good, point clients here, and declare it: remove cluster "
                        + cluster + " and declare it again with the new connection, then take a new full backup.");
    }
}
