package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A physical backup into the object store beside pg_basebackup to this host's disk, by backup-service's own measurement. */
final class PhysicalToS3 implements Group {
    private static final double BASE_BACKUP = 1.1;

    @Override
    public String name() {
        return "physical";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        return results(OwnMeasurement.take(bench, "PhysicalRatesBench", "physical-rates.json"));
    }

    static List<Result> results(JsonNode rates) {
        return List.of(
                Result.beside(
                        "physical %.1f GB to S3".formatted(OwnMeasurement.number(rates, "gigabytes")),
                        OwnMeasurement.number(rates, "physical"),
                        OwnMeasurement.number(rates, "baseBackup"),
                        "s",
                        BASE_BACKUP,
                        0,
                        "pg_basebackup to disk, server-side zstd 1 both, SHA256 in the manifest; ours has the WAL stored, too"));
    }
}
