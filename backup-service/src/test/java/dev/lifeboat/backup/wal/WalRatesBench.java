package dev.lifeboat.backup.wal;

import static java.util.Locale.ROOT;

import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.platform.postgres.Lsn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What streaming WAL takes, beside pg_receivewal, pgBackRest's archive-push and the store itself, turn about in one run. Not
 * among the tests: {@code bin/bench --only=wal} runs it, and reads what it writes to the file {@code lifeboat.bench.output}.
 */
class WalRatesBench {
    private static final long BYTES = Long.getLong("lifeboat.bench.wal.bytes", 2L << 30);

    /** Of WAL, before what is measured: ours compiles itself while it runs. */
    private static final long WARMING = 256L << 20;

    private static final int ROUNDS = Integer.getInteger("lifeboat.bench.rounds", 2);

    private final List<String> lines = new ArrayList<>();

    @Test
    void rates() throws Exception {
        Server server = Server.primary(
                "wal-rates",
                WalStage.keeping(
                        "wal_keep_size", "6GB", "fsync", "on", "max_replication_slots", "64", "max_wal_senders", "16"));
        try (WalContenders contenders = new WalContenders(server)) {
            catchUp(server, contenders);
            memory(server, contenders);
            synchronousStandby(server, contenders);
            age(server);
        }
        String output = System.getProperty("lifeboat.bench.output");
        if (output != null) {
            Files.writeString(Path.of(output), "{" + String.join(",\n ", lines) + "}\n");
        }
    }

    /** The same WAL to this host's disk and to the store, by everybody. */
    private void catchUp(Server server, WalContenders contenders) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            createSlots(server, "disk_" + i, "store_" + i);
        }
        Lsn begin = contenders.write(WARMING);
        for (int i = 0; i < ROUNDS; i++) {
            createSlots(server, "theirs_" + i);
        }
        Lsn end = contenders.write(BYTES);
        double bytes = end.minus(begin);
        List<Double> receiveWal = new ArrayList<>();
        List<Double> local = new ArrayList<>();
        List<Double> stored = new ArrayList<>();
        List<Double> store = new ArrayList<>();
        List<Double> push = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            receiveWal.add(bytes / contenders.receiveWal("theirs_" + round, end));
            local.add(bytes / contenders.ours("disk_" + round, begin, end, WalContenders.To.DISK));
            stored.add(bytes / contenders.ours("store_" + round, begin, end, WalContenders.To.STORE));
            store.add(bytes / contenders.storeItself());
            push.add(bytes / contenders.archivePush(begin, end));
            say(
                    "catch-up, MB/s: pg_receivewal %s; ours to disk %s; ours to the store %s; the store itself %s;"
                            + " archive-push %s",
                    shown(receiveWal), shown(local), shown(stored), shown(store), shown(push));
        }
        put("gigabytes", bytes / 1e9);
        put("receiveWal", median(receiveWal) / 1e6);
        put("toDisk", median(local) / 1e6);
        put("toStore", median(stored) / 1e6);
        put("storeItself", median(store) / 1e6);
        put("archivePush", median(push) / 1e6);
    }

    private static void createSlots(Server server, String... names) throws Exception {
        for (String name : names) {
            server.ask("select pg_create_physical_replication_slot('" + name + "', true)");
        }
    }

    /** Most resident of a process with one stream and with three, catching up. */
    private void memory(Server server, WalContenders contenders) throws Exception {
        double one = contenders.residentWith(1, server);
        double three = contenders.residentWith(3, server);
        say("resident, MiB: one stream %.0f, three %.0f", one, three);
        put("residentOne", one);
        put("residentEachFurther", (three - one) / 2);
    }

    private void synchronousStandby(Server server, WalContenders contenders) throws Exception {
        contenders.prepareTransactions();
        List<Double> theirs = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> theirLag = new ArrayList<>();
        List<Double> ourLag = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            WalContenders.Rates reference = contenders.transactions(false, round);
            WalContenders.Rates measured = contenders.transactions(true, round);
            theirs.add(reference.perSecond());
            theirLag.add(reference.flushLagMillis());
            ours.add(measured.perSecond());
            ourLag.add(measured.flushLagMillis());
            say(
                    "synchronous standby: tps %.0f beside %.0f; flush lag p99 %.2f ms beside %.2f",
                    measured.perSecond(), reference.perSecond(), measured.flushLagMillis(), reference.flushLagMillis());
        }
        put("tps", median(ours));
        put("tpsReceiveWal", median(theirs));
        put("flushLag", median(ourLag));
        put("flushLagReceiveWal", median(theirLag));
        server.sql("alter system reset synchronous_standby_names", "select pg_reload_conf()");
    }

    /** How long a byte is only on the server: in a trickle of 20 kB/s, alone, and what an idle minute asks of the store. */
    private void age(Server server) throws Exception {
        try (WalAges ages = new WalAges(server)) {
            double[] trickle = ages.trickle();
            double[] alone = ages.alone();
            double requests = ages.requestsInAnIdleMinute();
            say(
                    "age in the store, maxLag %s: 20 kB/s p99 %.2f s; single commits at most %.2f s; idle with a heartbeat"
                            + " %.0f requests a minute",
                    WalAges.MAX_LAG, percentile(trickle, 99), percentile(alone, 100), requests);
            put("maxLag", WalAges.MAX_LAG.toMillis() / 1e3);
            put("ageTrickle", percentile(trickle, 99));
            put("ageAlone", percentile(alone, 100));
            put("idleRequests", requests);
        }
    }

    static double percentile(double[] values, int percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String shown(List<Double> rates) {
        return String.join(
                " ",
                rates.stream()
                        .map(rate -> String.format(ROOT, "%.0f", rate / 1e6))
                        .toList());
    }

    private void put(String name, double value) {
        lines.add(String.format(ROOT, "\"%s\": %.3f", name, value));
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(ROOT, format, values));
    }

    static Map<String, String> reaching(Server server) {
        return Map.of(
                "PGHOST",
                "127.0.0.1",
                "PGPORT",
                Integer.toString(server.cluster().port()),
                "PGUSER",
                Server.ROLE,
                "PGPASSWORD",
                Server.PASSWORD);
    }
}
