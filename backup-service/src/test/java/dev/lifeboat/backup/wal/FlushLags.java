package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks twenty times a second at how long a standby's flush takes, as the server measures it; from {@link #SETTLED} on, for
 * a standby begins by catching up.
 */
final class FlushLags {
    static final Duration SETTLED = Duration.ofSeconds(4);

    private final CompletableFuture<double[]> seen = new CompletableFuture<>();
    private volatile boolean end;

    FlushLags(Server server, String standby) {
        Thread.ofPlatform().daemon().start(() -> {
            List<Double> lags = new ArrayList<>();
            LockSupport.parkNanos(SETTLED.toNanos());
            try (Connection connection = server.connection();
                    Statement statement = connection.createStatement()) {
                while (!end) {
                    try (ResultSet rows = statement.executeQuery("select extract(epoch from flush_lag) * 1000 from"
                            + " pg_stat_replication where application_name = '" + standby
                            + "' and flush_lag is not null")) {
                        if (rows.next()) {
                            lags.add(rows.getDouble(1));
                        }
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
                seen.complete(lags.stream().mapToDouble(Double::doubleValue).toArray());
            } catch (Exception e) {
                seen.completeExceptionally(e);
            }
        });
    }

    /** Milliseconds. */
    double[] end() throws Exception {
        end = true;
        return seen.get(10, TimeUnit.SECONDS);
    }
}
