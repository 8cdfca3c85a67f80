package dev.lifeboat.backup.physical;

import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.BackupMethodContract;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalArchive;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** The method {@code physical} keeps the laws of all methods. */
@Timeout(120)
class PhysicalMethodIT extends BackupMethodContract {
    /** So slow, in KiB a second, that a backup can be met in its middle. */
    private static final int RATE = 40 * 1024;

    private static final long MEGABYTE = 1 << 20;

    private static PhysicalStage stage;
    private static PhysicalStage.Stream stream;

    @BeforeAll
    static void fill() throws Exception {
        stage = new PhysicalStage("physical", Map.of());
        stage.server()
                .sql(
                        "create table big (id bigint primary key, note text)",
                        "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 400000) g");
        stream = stage.stream();
    }

    @AfterAll
    static void end() {
        stream.close();
        stage.close();
    }

    @Override
    protected BackupMethod method() {
        return stage.method();
    }

    @Override
    protected Job job() {
        return stage.job(stage.cluster(), RATE);
    }

    @Override
    protected ObjectStore store() {
        return stage.store();
    }

    @Override
    protected Path folder() {
        return stage.folder();
    }

    @Override
    protected boolean inTheMiddle(Progress progress) {
        return progress.phase().equals("copying") && progress.bytesDone() > MEGABYTE;
    }

    /** Past the first part, from where on the upload has several. */
    @Override
    protected boolean uploading(Progress progress) {
        return progress.phase().equals("copying") && progress.bytesDone() > 24 * MEGABYTE;
    }

    @Override
    protected List<ObjectRef> objects(Taken taken) {
        return Stream.concat(
                        taken.manifest().physical().archives().stream().map(PhysicalArchive::object),
                        Stream.of(
                                taken.manifest().physical().backupManifest(),
                                taken.manifest().inventory()))
                .toList();
    }

    /** No uploads but the stream's own. */
    @Override
    protected int unfinishedUploads(Job job) {
        return store().abortStaleUploads(
                        stage.clusterFolder() + "physical/",
                        java.time.Instant.now().plus(java.time.Duration.ofHours(1)));
    }

    @Override
    protected List<String> leftOnTheServer(Job job) throws Exception {
        String slots =
                stage.server().ask("select count(*) from pg_replication_slots where slot_name <> 'lifeboat_stage'");
        return slots.equals("0") ? stage.sessions() : List.of(slots + " slots");
    }
}
