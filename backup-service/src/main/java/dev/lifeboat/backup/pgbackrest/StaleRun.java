package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.pgbackrest.PgBackRest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A pgbackrest of an earlier owner of the same backup. When that owner died, its launcher has ended it; when it was only
 * stopped (SIGSTOP), the tool still holds the stanza's lock, perhaps for ever, because nobody reads what it says. Whoever
 * owns the backup now ends it: what it had finished, {@code info} shows.
 */
final class StaleRun {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private StaleRun() {}

    /** Ends what is left on this host of earlier attempts at the backup; waits until it is gone. */
    static void end(UUID backupId) throws InterruptedException {
        for (ProcessHandle process : of(backupId)) {
            process.destroy();
            if (!gone(process)) {
                process.destroyForcibly();
                gone(process);
            }
        }
    }

    /** The tool itself, not its launcher, whose command line names the tool's arguments too. */
    static List<ProcessHandle> of(UUID backupId) {
        String annotation = annotation(backupId);
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> Arrays.asList(arguments).contains(annotation))
                        .isPresent())
                .filter(process -> process.info()
                        .command()
                        .filter(program -> program.endsWith("/pgbackrest"))
                        .isPresent())
                .toList();
    }

    /** The option that marks a set as that backup. */
    static String annotation(UUID backupId) {
        return "--annotation=" + PgBackRest.BACKUP_ID + "=" + backupId;
    }

    private static boolean gone(ProcessHandle process) throws InterruptedException {
        try {
            process.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException stillThere) {
            return false;
        }
    }
}
