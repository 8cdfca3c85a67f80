package dev.lifeboat.restore.deliver;

import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.postgres.ToolLogin;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.contents.Selection;
import dev.lifeboat.restore.dump.DumpFiles.Downloaded;
import dev.lifeboat.restore.dump.RestoreMessages;
import dev.lifeboat.restore.dump.RestoreResult;
import dev.lifeboat.restore.sandbox.Tools;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs pg_restore from downloaded files into an empty database of the target's, and judges what it said. */
final class DatabaseCopy {
    private static final int KEPT_MESSAGES = 4 << 20;

    /** Beats what the role has set for itself there. */
    private static final String OPTIONS =
            "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0"
                    + " -c idle_in_transaction_session_timeout=0 -c lc_messages=C";

    private final Tools tools;
    private final PostgresTools programs;
    private final TargetServer server;
    private final Path scratch;

    /** @param scratch a folder for a password file and a list, for us alone */
    DatabaseCopy(Tools tools, PostgresTools programs, TargetServer server, Path scratch) {
        this.tools = tools;
        this.programs = programs;
        this.server = server;
        this.scratch = scratch;
    }

    /**
     * How it shall be done.
     *
     * @param whole all of the archive; else what the selection lists
     * @param withoutTablespaces the server lacks some of them
     */
    record Manner(boolean whole, boolean noOwner, boolean withoutTablespaces, int sourceMajor, int jobs) {}

    /**
     * Restores.
     *
     * @return what the tool complained about without meaning anything by it
     * @throws DoesNotRestore if the dump's statements or bytes do not restore there
     */
    List<String> restore(String from, Selection selection, Downloaded dump, String into, Manner manner, Runnable stop)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(programs.findAtLeast("pg_restore", manner.sourceMajor()).toString());
        command.add("--dbname=" + into);
        command.add("--no-subscriptions");
        if (!manner.whole()) {
            Path list = scratch.resolve("list");
            Files.writeString(list, selection.list());
            command.add("--use-list=" + list);
        }
        if (manner.noOwner()) {
            command.add("--no-owner");
            command.add("--no-privileges");
        }
        if (manner.withoutTablespaces()) {
            command.add("--no-tablespaces");
        }
        if (manner.jobs() > 1) {
            command.add("--jobs=" + manner.jobs());
        }
        command.add(dump.archive().toString());
        try (ToolLogin login = ToolLogin.create(server.target().withDatabase(into), scratch, Optional.empty())) {
            ProcessSpec spec = login.applyTo(ProcessSpec.of(command).keepStderr(KEPT_MESSAGES))
                    .environment("LC_ALL", "C")
                    .environment("PGCLIENTENCODING", "UTF8")
                    .environment("PGAPPNAME", "lifeboat-restore")
                    .environment("PGOPTIONS", OPTIONS);
            ProcessResult result = tools.run(spec, stop);
            return accepted(RestoreMessages.judge(
                    from, result.exit(), result.stderrTail(), new RestoreMessages.LeftOff(Set.of())));
        }
    }

    private List<String> accepted(RestoreResult result) {
        return switch (result) {
            case RestoreResult.Restored(var harmless) -> harmless;
            case RestoreResult.DoesNotRestore(var failure) ->
                throw new DoesNotRestore(new Failure(
                        "restore.dump-not-taken",
                        "The server did not take all of the dump: nothing of it is kept.",
                        failure.expected(),
                        failure.found(),
                        "Look at what is missing there: a privilege, an extension, a setting. A drill of the same backup says"
                                + " whether it is the dump."));
            case RestoreResult.NotCarriedOut(var failure) ->
                throw NotCarriedOut.forNow(
                        new Failure(
                                "restore.target-fault",
                                "The server at " + server.target().address() + " could not take the dump.",
                                "a server with room for the dump",
                                failure.found(),
                                "It is tried again; look at that server if it stays so."),
                        null);
        };
    }
}
