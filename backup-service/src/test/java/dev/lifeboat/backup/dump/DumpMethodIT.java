package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.BackupMethodContract;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The method {@code dump}, in both formats, keeps the laws of all methods. */
class DumpMethodIT {
    private static DumpStage stage;
    private static LocalParts.Database database;

    @BeforeAll
    static void fill() {
        stage = new DumpStage();
        database = stage.parts().newDatabase("contract");
        stage.parts()
                .postgres()
                .execute(
                        database.name(),
                        "create table big (id bigint primary key, note text)",
                        "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 400000) g",
                        "create table small (id int)",
                        "insert into small values (1), (2)");
    }

    @AfterAll
    static void drop() {
        stage.parts().postgres().execute("postgres", "drop database \"" + database.name() + "\" with (force)");
    }

    @Nested
    class CustomFormat extends Laws {
        CustomFormat() {
            super("custom", 1);
        }

        /** Past the first part, from where on the upload has several. */
        @Override
        protected boolean uploading(Progress progress) {
            return inTheMiddle(progress) && progress.bytesDone() > 9 * 1024 * 1024;
        }
    }

    @Nested
    class DirectoryFormat extends Laws {
        DirectoryFormat() {
            super("directory", 2);
        }
    }

    abstract static class Laws extends BackupMethodContract {
        private final String format;
        private final int jobs;

        Laws(String format, int jobs) {
            this.format = format;
            this.jobs = jobs;
        }

        @Override
        protected BackupMethod method() {
            return stage.method();
        }

        @Override
        protected Job job() {
            return stage.job(DumpStage.policy(format, jobs, "full", database.name()));
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
            return progress.phase().startsWith("dumping " + database.name()) && progress.bytesDone() > 100_000;
        }

        @Override
        protected List<ObjectRef> objects(Taken taken) {
            BackupManifest manifest = taken.manifest();
            return Stream.of(
                            Stream.of(manifest.globals(), manifest.inventory(), manifest.fingerprints()),
                            manifest.databases().stream()
                                    .flatMap(dump -> dump.objects().stream())
                                    .map(BackupManifest.DumpObject::object))
                    .flatMap(objects -> objects)
                    .filter(Objects::nonNull)
                    .toList();
        }

        @Override
        protected List<String> leftOnTheServer(Job job) throws Exception {
            return Connections.ofBackups(stage);
        }
    }

    /** What backups have open on the shared server; waits for backends that are just ending. */
    static final class Connections {
        private Connections() {}

        static List<String> ofBackups(DumpStage stage) throws Exception {
            List<String> found = new ArrayList<>();
            for (int tries = 0; tries < 3000; tries++) {
                found.clear();
                try (Connection connection = stage.parts().postgres().connect("postgres");
                        Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery(
                                "select query from pg_stat_activity where application_name like 'lifeboat backup%'"
                                        + " or application_name like 'pg_dump%'")) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
                if (found.isEmpty()) {
                    return found;
                }
                LockSupport.parkNanos(20_000_000);
            }
            return found;
        }
    }
}
