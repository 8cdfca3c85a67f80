package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** WAL streaming beside pg_receivewal, pgBackRest's archive-push and the store itself, by backup-service's own measurement. */
final class Wal implements Group {
    private static final double DISK = 1.3;
    private static final double ARCHIVER = 1.2;
    private static final double STORE = 0.9;
    private static final double TRANSACTIONS = 0.95;
    private static final double FLUSH = 2;
    private static final double RESIDENT_MIB = 200;
    private static final double FURTHER_MIB = 20;
    private static final double REQUESTS = 8;

    @Override
    public String name() {
        return "wal";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        return results(OwnMeasurement.take(bench, "WalRatesBench", "wal-rates.json"));
    }

    static List<Result> results(JsonNode rates) {
        double store = OwnMeasurement.number(rates, "toStore");
        double archiver = OwnMeasurement.number(rates, "archivePush");
        double itself = OwnMeasurement.number(rates, "storeItself");
        double lag = OwnMeasurement.number(rates, "maxLag") + 1;
        String size = "WAL %.1f GB, ".formatted(OwnMeasurement.number(rates, "gigabytes"));
        String beside = "the store itself takes %.0f MB/s of it (goal there %sx: %s)"
                .formatted(itself, Report.number(STORE), store >= STORE * itself ? "met" : "not met");
        // One of the two is asked for: faster than the archiver, or as fast as the store.
        Result toStore = store >= STORE * itself && store < ARCHIVER * archiver
                ? Result.atLeastBeside(size + "to S3", store, itself, "MB/s", STORE, beside)
                : Result.atLeastBeside(
                        size + "to S3", store, archiver, "MB/s", ARCHIVER, "pgBackRest archive-push; " + beside);
        return List.of(
                Result.atLeastBeside(
                        size + "to disk",
                        OwnMeasurement.number(rates, "toDisk"),
                        OwnMeasurement.number(rates, "receiveWal"),
                        "MB/s",
                        DISK,
                        "pg_receivewal --synchronous; both fsync what they say is durable"),
                toStore,
                Result.atMost(
                        "resident, one stream",
                        OwnMeasurement.number(rates, "residentOne"),
                        "MiB",
                        RESIDENT_MIB,
                        "while it catches up"),
                Result.atMost(
                        "resident, each further stream",
                        OwnMeasurement.number(rates, "residentEachFurther"),
                        "MiB",
                        FURTHER_MIB,
                        "three streams and one"),
                Result.atLeastBeside(
                        "tps with a synchronous standby",
                        OwnMeasurement.number(rates, "tps"),
                        OwnMeasurement.number(rates, "tpsReceiveWal"),
                        "/s",
                        TRANSACTIONS,
                        "beside pg_receivewal --synchronous"),
                Result.beside(
                        "flush lag p99 of that standby",
                        OwnMeasurement.number(rates, "flushLag"),
                        OwnMeasurement.number(rates, "flushLagReceiveWal"),
                        "ms",
                        FLUSH,
                        0,
                        "as the server measures it"),
                Result.atMost(
                        "age in the store at 20 kB/s, p99",
                        OwnMeasurement.number(rates, "ageTrickle"),
                        "s",
                        lag,
                        "maxLag + 1 s"),
                Result.atMost(
                        "age of a commit alone, most",
                        OwnMeasurement.number(rates, "ageAlone"),
                        "s",
                        lag,
                        "maxLag + 1 s"),
                Result.atMost(
                        "requests of an idle minute",
                        OwnMeasurement.number(rates, "idleRequests"),
                        "",
                        REQUESTS,
                        "a commit each second"));
    }
}
