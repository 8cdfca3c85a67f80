package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.PostgresPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replay of streamed WAL out of the object store, beside the same server with the same WAL in a folder of its own disk, and
 * beside pgBackRest's asynchronous archive-get from the same store.
 */
final class ReplayFromS3 implements Group {
    private static final double FACTOR = 1.15;
    private static final String CLUSTER = "bench-stream";
    private static final String DATABASE = "replayed";
    private static final Set<String> REPLAY = Set.of("starting", "replaying");
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final Pattern TOOK = Pattern.compile("^took ([0-9.]+)$", Pattern.MULTILINE);

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        bench.declared();
        bench.declare(CLUSTER, "/bench/stream.yaml");
        bench.query("postgres", "alter system set wal_keep_size = '8GB'");
        bench.query("postgres", "select pg_reload_conf()");
        bench.takeBackup(CLUSTER, "{\"policy\":\"files\"}");
        bench.takeBackup("bench", "{\"policy\":\"full\"}");
        String from = position(bench);
        write(bench);
        String end = position(bench);
        double gigabytes =
                Double.parseDouble(bench.query("postgres", "select '" + end + "'::pg_lsn - '" + from + "'::pg_lsn"))
                        / 1e9;
        String segment = bench.query("postgres", "select pg_walfile_name(pg_switch_wal())");
        awaitStored(bench, end);
        awaitArchived(bench, segment);
        ByHand byHand = ByHand.folder(bench);
        Path folder = keepWal(bench, byHand);

        Samples ours = new Samples();
        Samples local = new Samples();
        Samples archiveGet = new Samples();
        for (int round = 0; round < bench.rounds(); round++) {
            local.add(byHand(bench, folder.toString(), end));
            ours.add(replay(bench.drill(
                    "{\"cluster\":\"" + CLUSTER + "\",\"kind\":\"restore-test\",\"method\":\"physical\"}")));
            archiveGet.add(byHand(bench, "archive-get", end));
            Workbench.say("replay: Lifeboat %s s; local %s s; archive-get %s s", ours, local, archiveGet);
        }
        bench.programs().run(List.of("rm", "-rf", folder.toString()), Map.of());
        return List.of(Result.beside(
                "replay of %.1f GB from S3".formatted(gigabytes),
                ours.median(),
                local.median(),
                "s",
                FACTOR,
                0,
                "Lifeboat: " + ours + "; cp from a local folder: " + local + "; archive-get async: " + archiveGet
                        + "; server start to the same position"));
    }

    private static String position(Workbench bench) throws Exception {
        return bench.query("postgres", "select pg_current_wal_lsn()");
    }

    private static void write(Workbench bench) throws Exception {
        if (bench.query("postgres", "select count(*) from pg_database where datname = '" + DATABASE + "'")
                .equals("0")) {
            bench.query("postgres", "create database " + DATABASE);
        }
        Workbench.say("writing 2 GB of WAL");
        Path script = bench.folder().resolve("written.sql");
        try (var in = ReplayFromS3.class.getResourceAsStream("/bench/written.sql")) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        bench.programs()
                .run(
                        List.of(
                                PostgresPrograms.program("psql"),
                                "--no-psqlrc",
                                "--quiet",
                                "--dbname=" + DATABASE,
                                "--file=" + script),
                        bench.server());
    }

    private static void awaitStored(Workbench bench, String end) throws Exception {
        while (true) {
            JsonNode stream = bench.operator()
                    .get("backup", "/api/v1/clusters/" + CLUSTER + "/wal")
                    .expect(200)
                    .body();
            String stored = stream.at("/positions/stored").asText();
            if (!stored.isEmpty()
                    && bench.query("postgres", "select '" + stored + "'::pg_lsn >= '" + end + "'::pg_lsn")
                            .equals("t")) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void awaitArchived(Workbench bench, String segment) throws Exception {
        while (!bench.query("postgres", "select last_archived_wal >= '" + segment + "' from pg_stat_archiver")
                .equals("t")) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** The server's own segments, as somebody would have them who keeps an archive on a disk. */
    private static Path keepWal(Workbench bench, ByHand byHand) throws Exception {
        Path folder = byHand.make(byHand.data().resolveSibling("wal"));
        bench.programs()
                .asServer(
                        List.of(
                                "sh",
                                "-c",
                                "cp \"$1\"/[0-9A-F]*[0-9A-F] \"$2\"",
                                "sh",
                                bench.stack()
                                        .postgres("shop")
                                        .dataDirectory()
                                        .resolve("pg_wal")
                                        .toString(),
                                folder.toString()),
                        Map.of());
        return folder;
    }

    private static double byHand(Workbench bench, String wal, String end) throws Exception {
        ByHand byHand = ByHand.folder(bench);
        Path script = byHand.script("/bench/replay.sh");
        String said = byHand.run(script, List.of(wal, end, sharedBuffers()));
        byHand.clear();
        Matcher took = TOOK.matcher(said);
        if (!took.find()) {
            throw new IllegalStateException("the script does not say how long it took: " + said);
        }
        return Double.parseDouble(took.group(1));
    }

    /** As a sandbox has it on this host. */
    private static String sharedBuffers() throws Exception {
        long kilobytes = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
        return Math.clamp(kilobytes / 1024 / 16, 128, 1024) + "MB";
    }

    private static double replay(JsonNode drill) {
        double seconds = 0;
        for (JsonNode phase : drill.path("phases")) {
            if (REPLAY.contains(phase.path("name").asText())) {
                seconds += Duration.parse(phase.path("duration").asText()).toMillis() / 1e3;
            }
        }
        if (seconds == 0) {
            throw new IllegalStateException("the drill has no phases starting and replaying: " + drill.path("phases"));
        }
        return seconds;
    }
}
