package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.local.JavaProgram;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresPrograms;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.PutCondition;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Who ships the same WAL: we, pg_receivewal, pgBackRest, and the store by itself. Times are in seconds. */
final class WalContenders implements AutoCloseable {
    private static final String STANDBY = "rates_sync";
    private static final int HEAP_MEGABYTES = 160;

    private final Server server;
    private final ObjectStore store;
    private final Path folder = LocalParts.shared().newFolder("contenders");
    private final ServerUser user = ServerUser.current();
    private String lastStored = "";
    private int runs;

    WalContenders(Server server) {
        this.server = server;
        this.store = new ObjectStores(Clock.systemUTC())
                .open(WalStage.settings(LocalParts.shared().east()));
        user.own(folder, "rwxr-xr-x");
    }

    /** Where ours makes WAL durable. */
    enum To {
        DISK,
        STORE
    }

    /** @param flushLagMillis the 99th of a hundred that the server saw */
    record Rates(double perSecond, double flushLagMillis) {}

    /** Makes at least so much WAL, and ends it at the end of a segment. */
    Lsn write(long bytes) throws SQLException {
        server.sql("create table if not exists written (filling text)");
        Lsn begin = server.flushed();
        while (server.flushed().minus(begin) < bytes) {
            server.sql("insert into written select repeat(md5(n::text), 8) || n from generate_series(1, 200000) n");
        }
        server.sql("select pg_switch_wal()", "checkpoint");
        return WalSegment.containing(1, server.flushed(), WalStage.SEGMENT).start();
    }

    double receiveWal(String slot, Lsn end) throws Exception {
        Path to = fresh("receivewal");
        long begin = System.nanoTime();
        Server.run(
                WalRatesBench.reaching(server),
                "pg_receivewal",
                "--directory=" + to,
                "--slot=" + slot,
                "--endpos=" + end,
                "--synchronous",
                "--no-loop");
        double took = since(begin);
        remove(to);
        return took;
    }

    /** @param begin from where it counts: what lies before it warms up a process that otherwise runs for months */
    double ours(String slot, Lsn begin, Lsn end, To to) throws Exception {
        return stream(List.of(slot), begin, end, to).seconds();
    }

    /** MiB, with so many streams that catch up to the store at the same time. */
    double residentWith(int streams, Server from) throws Exception {
        List<String> slots = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            slots.add("memory_" + streams + "_" + i);
            from.ask("select pg_create_physical_replication_slot('" + slots.getLast() + "', true)");
        }
        Lsn begin = from.flushed();
        while (from.flushed().minus(begin) < 20 * WalStage.SEGMENT) {
            from.sql("insert into written select repeat(md5(n::text), 8) || n from generate_series(1, 200000) n");
        }
        from.sql("select pg_switch_wal()");
        return stream(
                        slots,
                        begin,
                        WalSegment.containing(1, from.flushed(), WalStage.SEGMENT)
                                .start(),
                        To.STORE)
                .residentMiB();
    }

    /** From when the process could begin until the server was told that all is durable, and the most that it took. */
    private record Streamed(double seconds, double residentMiB) {}

    private Streamed stream(List<String> slots, Lsn begin, Lsn end, To to) throws Exception {
        Path spool = fresh("spool");
        Process process = streaming(slots, to, spool, "rates");
        try (BufferedReader said = process.inputReader();
                Connection connection = server.connection();
                PreparedStatement told = connection.prepareStatement(
                        "select min(restart_lsn) from pg_replication_slots where slot_name = any (?)")) {
            told.setArray(1, connection.createArrayOf("text", slots.toArray()));
            String first = said.readLine();
            if (!WalRatesProcess.BEGINS.equals(first)) {
                throw new IOException(
                        "streaming did not begin: " + first + said.lines().toList());
            }
            Lsn from = awaitTold(told, begin, process);
            long since = System.nanoTime();
            awaitTold(told, end, process);
            // It is told in steps: what had been told beyond the beginning does not count.
            return new Streamed(since(since) * end.minus(begin) / end.minus(from), mostResident(process));
        } finally {
            process.destroyForcibly().waitFor();
            remove(spool);
        }
    }

    /** Up to where it was told when that position was reached. */
    private static Lsn awaitTold(PreparedStatement told, Lsn position, Process process) throws Exception {
        while (true) {
            try (ResultSet rows = told.executeQuery()) {
                rows.next();
                Lsn now = Lsn.parse(rows.getString(1));
                if (!now.isBefore(position)) {
                    return now;
                }
            }
            if (!process.isAlive()) {
                throw new IOException("streaming ended with " + process.exitValue());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static double mostResident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024.0;
    }

    private Process streaming(List<String> slots, To to, Path spool, String name) throws IOException {
        S3Endpoint east = LocalParts.shared().east();
        lastStored = to == To.STORE ? "clusters/rates/" + ++runs + "/" : lastStored;
        List<String> command = new ArrayList<>(JavaProgram.small(
                HEAP_MEGABYTES,
                JavaProgram.GOOD_COMPILER_LATE,
                "--enable-native-access=ALL-UNNAMED",
                // As Quarkus has it. Else every byte that goes to the store is spelled out for a log that nobody keeps.
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dlogging.initial-configurator.min-level=INFO",
                "-cp",
                System.getProperty("java.class.path"),
                WalRatesProcess.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.putAll(WalRatesBench.reaching(server));
        environment.put("PGAPPNAME", name);
        environment.put("S3_ENDPOINT", east.endpoint());
        environment.put("S3_REGION", east.region());
        environment.put("S3_BUCKET", east.bucket());
        environment.put("S3_ACCESS", east.accessKey());
        environment.put("S3_SECRET", east.secretKey());
        environment.put("S3_CA", east.caFile().toString());
        environment.put("WAL_SLOTS", String.join(",", slots));
        environment.put("WAL_TO", to.name());
        environment.put("WAL_SPOOL", spool.toString());
        environment.put("WAL_CLUSTER", to == To.STORE ? lastStored : "clusters/rates/none/");
        return builder.redirectErrorStream(true).start();
    }

    /** The objects that ours stored last, put once more by two threads: all that the store takes. */
    double storeItself() throws Exception {
        Path files = fresh("objects");
        List<String> keys;
        try (Stream<dev.lifeboat.platform.store.ObjectInfo> listed = store.list(lastStored, Optional.empty())) {
            keys = listed.map(each -> each.key()).toList();
        }
        for (String key : keys) {
            try (var in = store.get(key, Optional.empty())) {
                Files.copy(in, files.resolve(key.replace('/', '_')));
            }
        }
        String prefix = "raw/" + runs + "/";
        long begin = System.nanoTime();
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Future<?>> puts = new ArrayList<>();
            for (String key : keys) {
                puts.add(two.submit(() -> store.put(
                        prefix + key, files.resolve(key.replace('/', '_')), PutCondition.IF_ABSENT, Map.of())));
            }
            for (Future<?> put : puts) {
                put.get();
            }
        }
        double took = since(begin);
        remove(files);
        return took;
    }

    /** Segment by segment as the server's archiver calls it, asynchronous, two processes, zstd level 1. */
    double archivePush(Lsn from, Lsn end) throws Exception {
        return new ArchivePush(server, fresh("archive-push"), "push-" + ++runs).push(from, end);
    }

    void prepareTransactions() throws Exception {
        Map<String, String> superuser = new HashMap<>(WalRatesBench.reaching(server));
        superuser.put("PGUSER", dev.lifeboat.local.PostgresCluster.SUPERUSER);
        superuser.put("PGPASSWORD", server.cluster().password());
        Server.run(superuser, "pgbench", "--initialize", "--scale=10", "--quiet", "postgres");
        server.sql("grant all on all tables in schema public to " + Server.ROLE);
    }

    /** Transactions a second while one of the two is the synchronous standby. */
    Rates transactions(boolean ours, int round) throws Exception {
        String slot = STANDBY + (ours ? "_ours_" : "_theirs_") + round;
        server.ask("select pg_create_physical_replication_slot('" + slot + "', true)");
        Path to = fresh("standby");
        Process standby = ours ? streaming(List.of(slot), To.DISK, to, STANDBY) : receiving(slot, to);
        try {
            server.sql("alter system set synchronous_standby_names = '" + STANDBY + "'", "select pg_reload_conf()");
            while (!server.ask("select sync_state from pg_stat_replication where application_name = '" + STANDBY + "'")
                    .equals("sync")) {
                if (!standby.isAlive()) {
                    throw new IOException("the standby ended with " + standby.exitValue());
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            // A standby runs for months: its first seconds say nothing about either.
            load(5);
            FlushLags lags = new FlushLags(server, STANDBY);
            String said = load(15);
            double[] seen = lags.end();
            String tps = said.lines()
                    .filter(line -> line.startsWith("tps = "))
                    .findFirst()
                    .orElseThrow(() -> new IOException(said));
            return new Rates(Double.parseDouble(tps.split(" ", -1)[2]), WalRatesBench.percentile(seen, 99));
        } finally {
            server.sql("alter system reset synchronous_standby_names", "select pg_reload_conf()");
            standby.descendants().forEach(ProcessHandle::destroyForcibly);
            standby.destroyForcibly().waitFor();
            while (!server.ask("select count(*) from pg_stat_replication where application_name = '" + STANDBY + "'")
                    .equals("0")) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            remove(to);
        }
    }

    private String load(int seconds) throws Exception {
        return Server.run(
                WalRatesBench.reaching(server),
                "pgbench",
                "--client=4",
                "--jobs=2",
                "--time=" + seconds,
                "--no-vacuum",
                "--builtin=simple-update",
                "postgres");
    }

    private Process receiving(String slot, Path to) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(user.running(List.of(
                        PostgresPrograms.program("pg_receivewal"),
                        "--directory=" + to,
                        "--slot=" + slot,
                        "--synchronous",
                        "--no-loop")))
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(WalRatesBench.reaching(server));
        builder.environment().put("PGAPPNAME", STANDBY);
        return builder.start();
    }

    private Path fresh(String name) {
        Path made = folder.resolve(name + "-" + Long.toHexString(System.nanoTime()));
        user.own(made, "rwx------");
        return made;
    }

    private static void remove(Path made) throws Exception {
        new ProcessBuilder("rm", "-rf", made.toString()).start().waitFor();
    }

    static double since(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    @Override
    public void close() {
        store.close();
    }
}
