package dev.lifeboat.restore.pointintime;

import dev.lifeboat.platform.postgres.MarkerDatabase;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The markers that a recovered copy holds of its cluster: a ring, so older ones were overwritten on purpose.
 *
 * @param writtenAt when they were written, by the source's clock
 */
public record CopiedMarkers(TreeSet<Instant> writtenAt) {

    /** Looks into the copy; empty if it has no database of markers. */
    public static Optional<CopiedMarkers> in(Sandbox sandbox, UUID cluster) throws SQLException {
        try (Connection connection = sandbox.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select exists (select from pg_catalog.pg_database where not ("
                        + MarkerDatabase.LEFT_OUT + ") and datallowconn)")) {
            row.next();
            if (!row.getBoolean(1)) {
                return Optional.empty();
            }
        }
        TreeSet<Instant> found = new TreeSet<>();
        try (Connection connection = sandbox.connect(MarkerDatabase.NAME)) {
            if (!hasRing(connection)) {
                return Optional.empty();
            }
            try (PreparedStatement read =
                    connection.prepareStatement("select written_at from lifeboat.marker where cluster = ?")) {
                read.setObject(1, cluster);
                try (ResultSet rows = read.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getObject(1, OffsetDateTime.class).toInstant());
                    }
                }
            }
        }
        return Optional.of(new CopiedMarkers(found));
    }

    private static boolean hasRing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select pg_catalog.to_regclass('lifeboat.marker') is not null")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /**
     * What it shows about a target.
     *
     * @param before the last one that is recorded before it; null when none is
     * @param after the first one that is recorded after it; null when none is
     * @param note why one is not known; null when both are
     */
    public Markers against(Marker before, Marker after, String note) {
        return new Markers(
                writtenAt.size(),
                writtenAt.isEmpty() ? null : writtenAt.last(),
                before,
                before == null ? null : there(before.writtenAt()),
                after,
                after == null ? null : !writtenAt.tailSet(after.writtenAt()).isEmpty(),
                note);
    }

    /** Null if it may have been overwritten: a newer one is there, so the replay came past it. */
    private Boolean there(Instant marker) {
        if (writtenAt.contains(marker)) {
            return true;
        }
        boolean passed = !writtenAt.isEmpty() && writtenAt.last().isAfter(marker);
        return passed ? null : Boolean.FALSE;
    }
}
