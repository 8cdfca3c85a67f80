package dev.lifeboat.platform.postgres;

import dev.lifeboat.schemas.ClockOffset;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.stream.Stream;

/** How a PostgreSQL server's clock stands to ours. */
public final class ServerClock {
    private static final int EXCHANGES = 3;

    private ServerClock() {}

    /**
     * Asks over an open connection, a few times: the quickest exchange tells it best, and the first has a statement to plan.
     *
     * @throws SQLException if the server does not answer
     */
    public static ClockOffset against(InstantSource clock, Connection connection) throws SQLException {
        ClockOffset[] seen = new ClockOffset[EXCHANGES];
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < EXCHANGES; i++) {
                Instant asked = clock.instant();
                try (ResultSet row = statement.executeQuery("select pg_catalog.clock_timestamp()")) {
                    row.next();
                    Instant answered = clock.instant();
                    seen[i] = ClockOffset.of(
                            asked, row.getObject(1, OffsetDateTime.class).toInstant(), answered);
                }
            }
        }
        return Stream.of(seen)
                .min(Comparator.comparing(ClockOffset::uncertainty))
                .orElseThrow();
    }
}
