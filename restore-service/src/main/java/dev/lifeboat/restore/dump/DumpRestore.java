package dev.lifeboat.restore.dump;

import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.restore.archive.ArchiveIsolation;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.plan.PreloadLibraries;
import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.restore.recovery.PhaseName;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.run.RestoreMethod;
import dev.lifeboat.restore.sandbox.FirstWrite;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxServer;
import dev.lifeboat.restore.sandbox.SandboxSettings;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Restores dumps: an empty server of the source's major version, then globals, then each database. */
@ApplicationScoped
public class DumpRestore implements RestoreMethod {
    private static final String NAME = "dump";
    private static final String USUAL_SUPERUSER = "postgres";

    private final InstantSource clock;

    DumpRestore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Watched watched(BackupManifest manifest) {
        // Written once and never again: whatever is new below it was put there by somebody else.
        return new Watched(
                "clusters/" + manifest.cluster() + "/" + manifest.clusterId() + "/dump/" + manifest.backupId() + "/",
                before -> new ArchiveIsolation.Scope() {
                    @Override
                    public boolean needed(String key) {
                        return true;
                    }

                    @Override
                    public boolean byPrimary(String key) {
                        return false;
                    }
                });
    }

    @Override
    public Restored restore(Job job, Course course) throws Exception {
        Sandbox sandbox = job.sandbox();
        String superuser = superuser(job.inventory());
        initialise(sandbox, job.inventory(), superuser, course);

        course.enter(PhaseName.STARTING);
        SandboxSettings settings = settings(job);
        sandbox.start(settings, superuser, clock.instant().plus(SandboxServer.LEASE));
        sandbox.server().awaitReady(course::check);
        sandbox.open(superuser, course::check);

        course.restoring();
        List<String> remarks = new ArrayList<>();
        remarks.addAll(globals(job, superuser, course));
        remarks.addAll(databases(job, settings.preload(), course));

        course.enter(PhaseName.FIRST_WRITE);
        Instant firstWriteAt = firstWrite(sandbox);
        return new Restored(
                new Reached(job.manifest().snapshotAt(), null, null, null, null, null, null),
                new Recovered.Snapshot(job.manifest().snapshotAt()),
                firstWriteAt,
                job.manifest().databases().stream().map(DatabaseDump::name).toList(),
                remarks);
    }

    /** How the sandbox of this job is configured. */
    static SandboxSettings settings(Job job) {
        Map<String, String> source = job.inventory() == null || job.inventory().settings() == null
                ? Map.of()
                : job.inventory().settings();
        var server = job.host().servers().get(job.manifest().majorVersion());
        return new SandboxSettings(
                job.manifest().majorVersion(),
                false,
                source,
                PreloadLibraries.sort(source.get("shared_preload_libraries"), server.libraries()),
                job.host().memoryBytes(),
                null);
    }

    private static String superuser(Inventory inventory) {
        return inventory == null || inventory.bootstrapSuperuser() == null
                ? USUAL_SUPERUSER
                : inventory.bootstrapSuperuser();
    }

    private static void initialise(Sandbox sandbox, Inventory inventory, String superuser, Course course)
            throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "--pgdata=" + sandbox.folder().data(),
                "--username=" + superuser,
                "--data-checksums",
                "--auth-local=peer",
                "--auth-host=reject",
                "--no-instructions",
                // It lives for one drill: after a crash of the host there is nothing to keep.
                "--no-sync"));
        arguments.addAll(ServerLocale.arguments(inventory));
        ProcessResult result = sandbox.run(sandbox.tool("initdb", arguments), course::check);
        if (!result.succeeded()) {
            Failure cause = result.failure();
            throw NotCarriedOut.forGood(new Failure(
                    "sandbox.initdb-failed",
                    "An empty server could not be made for the sandbox.",
                    cause.expected(),
                    cause.found(),
                    "Look at what initdb says: often a locale is missing, or room."));
        }
    }

    private static List<String> globals(Job job, String superuser, Course course) throws Exception {
        if (job.manifest().globals() == null) {
            return List.of("the backup has no globals: roles and tablespaces were not restored");
        }
        Sandbox sandbox = job.sandbox();
        String original = new String(job.reader().bytes(job.manifest().globals()), StandardCharsets.UTF_8);
        GlobalsScript script = GlobalsScript.rewrite(
                original, index -> sandbox.folder().tablespace(index).toString());
        sandbox.makeFolder(sandbox.folder().tablespace(0).getParent());
        for (int index = 0; index < script.tablespaces(); index++) {
            sandbox.makeFolder(sandbox.folder().tablespace(index));
        }
        byte[] sql = script.sql().getBytes(StandardCharsets.UTF_8);
        ProcessResult result = sandbox.run(
                sandbox.client("psql", List.of("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=0", "--dbname=postgres"))
                        .keepStderr(1 << 20)
                        .stdin(new dev.lifeboat.platform.process.ProcessInput.Written(stdin -> stdin.write(sql))),
                course::check);
        return accepted(GlobalsMessages.judge(result.exit(), result.stderrTail(), superuser));
    }

    private static List<String> databases(Job job, PreloadLibraries preload, Course course) throws Exception {
        List<DatabaseDump> dumps = job.manifest().databases().stream()
                .sorted(Comparator.comparingInt((DatabaseDump dump) -> DatabaseCreation.rank(dump.name()))
                        .thenComparing(DatabaseDump::name))
                .toList();
        long total = dumps.stream().mapToLong(DumpTransfer::bytes).sum();
        DatabaseRestore restore =
                new DatabaseRestore(job, new RestoreMessages.LeftOff(Set.copyOf(preload.leftOff())), course, total);
        List<String> remarks = new ArrayList<>();
        for (DatabaseDump dump : dumps) {
            remarks.addAll(accepted(restore.restore(dump)));
        }
        return remarks;
    }

    private Instant firstWrite(Sandbox sandbox) throws SQLException {
        FirstWrite.commit(sandbox);
        return clock.instant();
    }

    private static List<String> accepted(RestoreResult result) {
        return switch (result) {
            case RestoreResult.Restored(var harmless) -> harmless;
            case RestoreResult.DoesNotRestore(var failure) -> throw new DoesNotRestore(failure);
            case RestoreResult.NotCarriedOut(var failure) -> throw NotCarriedOut.forNow(failure, null);
        };
    }
}
