package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.BackupMethodContract;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;

/** The method {@code pgbackrest} keeps the laws of all methods. */
class PgBackRestMethodIT extends BackupMethodContract {
    private static PgBackRestStage stage;
    private static DeclaredCluster cluster;

    @BeforeAll
    static void fill() throws Exception {
        stage = new PgBackRestStage(Duration.ofSeconds(60));
        stage.postgres()
                .execute(
                        "postgres",
                        "create table big (id bigint primary key, note text)",
                        "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 400000) g");
        cluster = stage.cluster();
        // pgBackRest never gives its only full backup away.
        Job first = stage.job(cluster, stage.repository(), "full");
        try (ScriptedContext context = new ScriptedContext(first.backupId(), 1, stage.folder())) {
            stage.method().take(first, context);
        }
    }

    @Override
    protected BackupMethod method() {
        return stage.method();
    }

    @Override
    protected Job job() {
        return stage.job(cluster, stage.repository(), "full");
    }

    @Override
    protected ObjectStore store() {
        return stage.store(job());
    }

    @Override
    protected Path folder() {
        return stage.folder();
    }

    @Override
    protected boolean inTheMiddle(Progress progress) {
        return progress.phase().equals("copying");
    }

    @Override
    protected List<ObjectRef> objects(Taken taken) {
        return List.of(taken.manifest().inventory());
    }

    @Override
    protected List<String> leftOnTheServer(Job job) throws Exception {
        List<String> found = new ArrayList<>();
        StaleRun.of(job.backupId()).forEach(process -> found.add("process " + process.pid()));
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < until) {
            List<String> sessions = sessions();
            if (sessions.isEmpty()) {
                return found;
            }
            LockSupport.parkNanos(20_000_000);
        }
        found.addAll(sessions());
        return found;
    }

    private static List<String> sessions() throws Exception {
        try (Connection connection = stage.postgres().connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select application_name from pg_stat_activity"
                        + " where application_name like 'lifeboat backup%' or application_name like 'pgBackRest%'")) {
            List<String> sessions = new ArrayList<>();
            while (rows.next()) {
                sessions.add(rows.getString(1));
            }
            return sessions;
        }
    }
}
