package dev.lifeboat.bench;

import dev.lifeboat.local.PostgresPrograms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A dump to the bucket beside {@code pg_dump -Fc} piped into rclone; and the service's memory, small and large. */
final class DumpToS3 implements Group {
    private static final double FACTOR_OFF = 1.05;
    private static final double FACTOR_FULL = 1.5;
    private static final double FLAT_MIB = 50;

    @Override
    public String name() {
        return "dump";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        double size = bench.declared().bytes() / 1e9;
        bench.shop(false);
        // The service's own warm-up is no growth: what the first dump loads stays.
        bench.backup(request("small", "full"));
        double small = peak(bench, "small");

        Samples off = new Samples();
        Samples full = new Samples();
        Samples bare = new Samples();
        double large = 0;
        for (int round = 0; round < bench.rounds(); round++) {
            bare.add(piped(bench, round));
            off.add(bench.backup(request("large", "off")));
            MemoryOf.forgetPeak(bench.pid("backup-service"));
            full.add(bench.backup(request("large", "full")));
            large = Math.max(large, MemoryOf.peak(bench.pid("backup-service")));
            Workbench.say("dump: bare %s s; Lifeboat off %s s, full %s s", bare, off, full);
        }
        Workbench.say("backup-service, most resident: %.0f MiB for small, %.0f MiB for large", small, large);
        String note = "bare: " + bare + "; off: " + off + "; full: " + full;
        return List.of(
                Result.beside(
                        "dump %.1f GB, fingerprint off".formatted(size),
                        off.median(),
                        bare.median(),
                        "s",
                        FACTOR_OFF,
                        0,
                        note),
                Result.beside(
                        "dump %.1f GB, fingerprint full".formatted(size),
                        full.median(),
                        bare.median(),
                        "s",
                        FACTOR_FULL,
                        0,
                        note),
                Result.atMost(
                        "backup-service, 0.2 to %.1f GB".formatted(size),
                        large - small,
                        "MiB",
                        FLAT_MIB,
                        "most resident during a dump with all fingerprints: %.0f and %.0f MiB"
                                .formatted(small, large)));
    }

    private static double peak(Workbench bench, String database) throws Exception {
        MemoryOf.forgetPeak(bench.pid("backup-service"));
        bench.backup(request(database, "full"));
        return MemoryOf.peak(bench.pid("backup-service"));
    }

    private static String request(String database, String fingerprint) {
        return "{\"method\":\"dump\",\"databases\":[\"" + database + "\"],\"format\":\"custom\",\"fingerprint\":\""
                + fingerprint + "\"}";
    }

    private static double piped(Workbench bench, int round) throws Exception {
        Map<String, String> environment = new HashMap<>(bench.server());
        environment.put("RCLONE_CONFIG", "/dev/null");
        environment.put("RCLONE_S3_PROVIDER", "Other");
        environment.put("RCLONE_S3_FORCE_PATH_STYLE", "true");
        environment.put("RCLONE_S3_ENDPOINT", bench.stack().text("/repositories/east/endpoint"));
        environment.put("RCLONE_S3_REGION", bench.stack().text("/repositories/east/region"));
        environment.put("RCLONE_S3_ACCESS_KEY_ID", bench.stack().text("/repositories/east/accessKey"));
        environment.put("RCLONE_S3_SECRET_ACCESS_KEY", bench.stack().text("/repositories/east/secretKey"));
        environment.put("RCLONE_CA_CERT", bench.stack().text("/repositories/east/caFile"));
        environment.put(
                "LIFEBOAT_BENCH_TARGET", ":s3:" + bench.stack().text("/repositories/east/bucket") + "/bare-" + round);
        environment.put("LIFEBOAT_BENCH_PG_DUMP", PostgresPrograms.program("pg_dump"));
        long begin = System.nanoTime();
        bench.programs()
                .run(
                        List.of(
                                "bash",
                                "-c",
                                "set -o pipefail; unset AWS_CA_BUNDLE; \"$LIFEBOAT_BENCH_PG_DUMP\" -Fc large"
                                        + " | rclone rcat --s3-no-check-bucket \"$LIFEBOAT_BENCH_TARGET\""),
                        environment);
        return Workbench.since(begin);
    }
}
