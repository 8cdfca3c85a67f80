package dev.lifeboat.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.platform.inventory.FingerprintReader;
import dev.lifeboat.platform.inventory.FingerprintReader.Selection;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.BackupManifest.DumpObject;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A dump that was restored from the store by PostgreSQL's own program, and what it contains. */
final class Restored {
    private final DumpStage stage;

    Restored(DumpStage stage) {
        this.stage = stage;
    }

    /** Restores one database of a dump into a new one, and reads it as deep as the dump's fingerprint went. */
    DatabaseFingerprint fingerprint(Taken taken, String database) throws Exception {
        String copy = "copy_" + Long.toHexString(System.nanoTime());
        stage.parts().postgres().execute("postgres", "create database " + copy + " template template0");
        try {
            restore(dump(taken, database), copy);
            try (Connection connection = stage.parts().postgres().connect(copy)) {
                connection.setAutoCommit(false);
                return new FingerprintReader()
                        .read(connection, database, Selection.as(source(taken, database)), relation -> {});
            }
        } finally {
            stage.parts().postgres().execute("postgres", "drop database " + copy + " with (force)");
        }
    }

    /** What the dump says that the database contained. */
    DatabaseFingerprint source(Taken taken, String database) throws IOException {
        try (ObjectStore store = stage.store();
                InputStream stream = store.get(
                        taken.manifest().fingerprints().key(),
                        Optional.of(taken.manifest().fingerprints().sha256()))) {
            return DumpStage.JSON.readValue(stream, Fingerprints.class).databases().stream()
                    .filter(read -> read.database().equals(database))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static DatabaseDump dump(Taken taken, String database) {
        return taken.manifest().databases().stream()
                .filter(dump -> dump.name().equals(database))
                .findFirst()
                .orElseThrow();
    }

    private void restore(DatabaseDump dump, String copy) throws Exception {
        Path folder = stage.parts().newFolder("restore");
        try (ObjectStore store = stage.store()) {
            for (DumpObject file : dump.objects()) {
                try (InputStream stream =
                        store.get(file.object().key(), Optional.of(file.object().sha256()))) {
                    Files.copy(stream, folder.resolve(file.name()));
                }
            }
        }
        List<String> command = new ArrayList<>(List.of(
                "pg_restore",
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                "--dbname=" + copy,
                dump.format().equals("directory")
                        ? folder.toString()
                        : folder.resolve("dump.pgc").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment()
                .put("PGPORT", String.valueOf(stage.parts().postgres().port()));
        builder.environment().put("PGUSER", "postgres");
        builder.environment().put("PGPASSWORD", stage.parts().postgres().password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
