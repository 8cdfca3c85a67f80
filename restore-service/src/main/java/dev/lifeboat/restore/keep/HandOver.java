package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.plan.HostSurvey;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxServer;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes of a sandbox that was looked at a data directory that is handed over: without anything of ours inside, archiving off,
 * with a note beside it. Done again after an interruption it goes on where it was.
 */
@ApplicationScoped
public class HandOver {
    private static final String DATA = "data";
    private static final String OURS = ".lifeboat-restore";

    private final Database database;
    private final KeptRestores restores;
    private final NewArchive archive;
    private final HostSurvey survey;
    private final InstantSource clock;

    HandOver(Database database, KeptRestores restores, NewArchive archive, HostSurvey survey, InstantSource clock) {
        this.database = database;
        this.restores = restores;
        this.archive = archive;
        this.survey = survey;
        this.clock = clock;
    }

    /**
     * Hands over.
     *
     * @param sandbox stopped; empty when it is gone
     * @throws NotCarriedOut if the directory is somebody else's by now, or the sandbox is gone
     */
    public void run(Recovery recovery, Optional<Sandbox> sandbox, OperationContext context)
            throws InterruptedException, SQLException, IOException {
        KeptRestore restore = database.inTransaction(tx -> restores.find(tx, recovery.id()))
                .orElseThrow(() -> new IllegalStateException("a restore without its row: " + recovery.id()));
        if (restore.handedOver() != null) {
            return;
        }
        Sandbox from = sandbox.orElseThrow(() -> NotCarriedOut.forGood(new Failure(
                "restore.sandbox-gone",
                "The restored server was gone before it could be handed over.",
                "its files",
                "nothing",
                "Ask for the restore again.")));
        NewArchive.Wish wish = RestoreRequest.read(restore.request()).archiving();
        Path data = restore.directory().resolve(DATA);
        claim(restore, from);
        if (!Files.exists(data)) {
            if (Files.exists(from.folder().data().resolve("global"))) {
                withdraw(from, context);
                settle(from, wish == null ? null : archive.command(wish, restore.directory()));
            }
            HandedTablespaces.move(from, restore.directory(), (folder, to) -> move(from, folder, to, context));
            move(from, from.folder().data(), data, context);
        }
        if (wish != null) {
            archive.setUp(restore.id(), wish, restore.directory(), data, from);
        }
        HandOverNote note = note(recovery, restore, wish, from, data);
        from.writeForServer(
                restore.directory().resolve("hand-over.json"),
                EventJson.mapper()
                        .writer()
                        .with(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(note));
        from.writeForServer(restore.directory().resolve("HAND-OVER.txt"), note.text());
        context.write(tx -> {
            restores.handedOver(tx, restore.id(), note);
            return null;
        });
    }

    /** From now on the directory is this restore's. */
    private static void claim(KeptRestore restore, Sandbox sandbox) throws IOException {
        Path directory = restore.directory();
        Path mark = directory.resolve(OURS);
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            boolean ours = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && (isEmpty(directory)
                            || (Files.exists(mark)
                                    && Files.readString(mark)
                                            .strip()
                                            .equals(restore.id().toString())));
            if (!ours) {
                throw NotCarriedOut.forGood(new Failure(
                        "restore.directory-not-empty",
                        "Somebody else has put something into the directory: it is left alone.",
                        "a directory that does not exist, or is empty",
                        directory.toString(),
                        "Ask again, with another directory."));
            }
        }
        sandbox.makeFolder(directory);
        sandbox.writeForServer(mark, restore.id() + "\n");
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> inside = Files.list(directory)) {
            return inside.findAny().isEmpty();
        }
    }

    /** The role that it was looked at with goes. */
    private void withdraw(Sandbox sandbox, OperationContext context) throws InterruptedException, SQLException {
        if (Files.exists(sandbox.folder().root().resolve("withdrawn"))) {
            return;
        }
        if (!sandbox.server().isUp()) {
            sandbox.server().startAgain(clock.instant().plus(SandboxServer.LEASE.multipliedBy(10)));
        }
        sandbox.server().awaitReady(context::check);
        sandbox.withdrawRole(context::check);
        if (!sandbox.server().stop()) {
            throw NotCarriedOut.forNow(
                    new Failure(
                            "restore.server-does-not-stop",
                            "The restored server did not stop in time.",
                            "a clean stop",
                            "a server that runs",
                            "It is tried again."),
                    null);
        }
        sandbox.writeForServer(sandbox.folder().root().resolve("withdrawn"), "");
    }

    /** Its own configuration, as far as it has one, and nothing that binds it to its source. */
    private static void settle(Sandbox sandbox, String archiveCommand) throws IOException {
        Path data = sandbox.folder().data();
        Path source = sandbox.folder().sourceSettings();
        sandbox.writeForServer(
                data.resolve("postgresql.auto.conf"),
                RestoredSettings.of(Files.exists(source) ? Files.readAllLines(source) : List.of(), archiveCommand));
        if (!Files.exists(data.resolve("postgresql.conf"))) {
            sandbox.writeForServer(
                    data.resolve("postgresql.conf"),
                    RestoredSettings.beginning(
                            Files.readAllLines(sandbox.folder().configuration().resolve("postgresql.conf"))));
        }
        if (!Files.exists(data.resolve("pg_hba.conf"))) {
            sandbox.writeForServer(data.resolve("pg_hba.conf"), "local all all peer\n");
        }
        if (!Files.exists(data.resolve("pg_ident.conf"))) {
            sandbox.writeForServer(data.resolve("pg_ident.conf"), "");
        }
    }

    private static boolean isWrittenByUs(Path data) throws IOException {
        return Files.readString(data.resolve("postgresql.conf")).startsWith(RestoredSettings.OURS);
    }

    /** At once, or by a copy where it is another file system. */
    private void move(Sandbox sandbox, Path from, Path to, OperationContext context)
            throws IOException, InterruptedException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException otherFileSystem) {
            Path incoming = to.resolveSibling("incoming-" + to.getFileName() + "-" + context.epoch());
            sandbox.run(
                            ProcessSpec.of(List.of("cp", "-a", from.toString(), incoming.toString()))
                                    .runAs(sandbox.user()),
                            () -> {
                                context.check();
                                sandbox.server().renew(clock.instant().plus(SandboxServer.LEASE));
                            })
                    .requireSuccess();
            Files.move(incoming, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private String archiving(KeptRestore restore, NewArchive.Wish wish) {
        if (wish == null) {
            return "Archiving is off, and must stay so for the old stanza or prefix: this server has the system identifier of"
                    + " the old one, and its WAL would mix with it. Archive under a new name only.";
        }
        String tool = archive.tool(wish, restore.directory());
        return "Archiving is on as was asked for: into stanza " + wish.name() + " of repository " + wish.repository()
                + ", below " + NewArchive.prefix(restore.id(), wish)
                + ", where nobody else writes. It begins when the server is"
                + " started. Look whether WAL arrives: " + tool + " info. Take a full backup: " + tool
                + " --pg1-port=PORT backup.";
    }

    private HandOverNote note(Recovery recovery, KeptRestore restore, NewArchive.Wish wish, Sandbox sandbox, Path data)
            throws InterruptedException, IOException {
        var facts = recovery.facts();
        List<String> checks = facts.checks() == null
                ? List.of()
                : facts.checks().checks().stream()
                        .map(check -> check.name() + ": "
                                + check.verdict()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'))
                        .toList();
        String start = sandbox.program("pg_ctl") + " -D " + data + " -l "
                + restore.directory().resolve("server.log") + " start";
        return new HandOverNote(
                restore.id(),
                restore.cluster(),
                survey.hostId(),
                data.toString(),
                sandbox.user(),
                start,
                facts.sandbox().major(),
                facts.inspection() == null ? null : facts.inspection().systemIdentifier(),
                facts.inspection() == null ? null : facts.inspection().timeline(),
                facts.backup().backupId(),
                facts.reached(),
                checks,
                HandOverNote.next(
                        restore.cluster(), facts.backup().method(), !isWrittenByUs(data), archiving(restore, wish)),
                clock.instant(),
                HandedTablespaces.in(data),
                wish == null ? null : wish.name());
    }
}
