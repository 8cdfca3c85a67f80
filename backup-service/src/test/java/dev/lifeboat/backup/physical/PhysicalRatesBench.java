package dev.lifeboat.backup.physical;

import static java.util.Locale.ROOT;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.ServerUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How long a physical backup into the object store takes, beside pg_basebackup to this host's disk with the same compression,
 * turn about in one run. Not among the tests: {@code bin/bench --only=physical} runs it, and reads what it writes to the file
 * {@code lifeboat.bench.output}.
 */
class PhysicalRatesBench {
    private static final long ROWS = Long.getLong("lifeboat.bench.physical.rows", 7_000_000L);
    private static final int ROUNDS = Integer.getInteger("lifeboat.bench.rounds", 2);

    @Test
    void rates() throws Exception {
        List<Double> reference = new ArrayList<>();
        List<Double> measured = new ArrayList<>();
        double gigabytes;
        try (PhysicalStage stage = new PhysicalStage("rates", Map.of("max_wal_size", "4GB", "fsync", "on"))) {
            stage.server()
                    .sql(
                            "create table big (id bigint, a text, b text, c int)",
                            "insert into big select g, md5(g::text), repeat(md5((g % 1000)::text), 2),"
                                    + " (random() * 1000000)::int from generate_series(1, " + ROWS + ") g",
                            "checkpoint");
            gigabytes = Long.parseLong(stage.server().ask("select pg_database_size('postgres')")) / 1e9;
            PhysicalStage.Stream stream = stage.stream();
            try {
                // Whoever comes first finds cold caches and cold code.
                baseBackup(stage);
                physical(stage);
                for (int round = 0; round < ROUNDS; round++) {
                    reference.add(baseBackup(stage));
                    measured.add(physical(stage));
                    System.out.printf(ROOT, "pg_basebackup %s s; physical %s s%n", reference, measured);
                }
            } finally {
                stream.close();
            }
        }
        String output = System.getProperty("lifeboat.bench.output");
        if (output != null) {
            Files.writeString(
                    Path.of(output),
                    String.format(
                            ROOT,
                            "{\"gigabytes\": %.3f, \"baseBackup\": %.3f, \"physical\": %.3f}%n",
                            gigabytes,
                            median(reference),
                            median(measured)));
        }
    }

    private static double baseBackup(PhysicalStage stage) throws Exception {
        Path folder = LocalParts.shared().newFolder("tar");
        ServerUser.current().own(folder, "rwx------");
        long from = System.nanoTime();
        Server.run(
                Map.of("PGPASSWORD", Server.PASSWORD),
                "pg_basebackup",
                "--pgdata=" + folder.resolve("copy"),
                "--host=127.0.0.1",
                "--port=" + stage.server().cluster().port(),
                "--username=" + Server.ROLE,
                "--format=tar",
                "--compress=server-zstd:1",
                "--wal-method=none",
                "--checkpoint=fast",
                "--manifest-checksums=SHA256");
        return since(from);
    }

    private static double physical(PhysicalStage stage) throws Exception {
        Job job = stage.job(stage.cluster(), null);
        long from = System.nanoTime();
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            stage.method(true, Duration.ofMinutes(5)).take(job, context);
        }
        return since(from);
    }

    private static double since(long from) {
        return (System.nanoTime() - from) / 1e9;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
