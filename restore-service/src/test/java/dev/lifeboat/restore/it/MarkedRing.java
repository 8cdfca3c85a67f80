package dev.lifeboat.restore.it;

import dev.lifeboat.platform.postgres.MarkerDatabase;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;

/** Markers on a source, as backup-service writes them. */
record MarkedRing(PgBackRestShop source, UUID cluster) {

    /** An empty one. */
    static MarkedRing on(PgBackRestShop source) {
        source.server()
                .execute(
                        "postgres",
                        "create database lifeboat template template0",
                        "comment on database lifeboat is '" + MarkerDatabase.COMMENT + "'");
        source.server()
                .execute(
                        "lifeboat",
                        "create schema lifeboat",
                        "create table lifeboat.marker (slot int primary key, cluster uuid not null,"
                                + " written_at timestamptz not null, written_lsn pg_lsn not null, timeline int not null)");
        return new MarkedRing(source, source.clusterId());
    }

    /** One more, and its bracket. */
    Marker write(int slot) throws SQLException {
        try (Connection connection = source.server().connect("lifeboat")) {
            ResultSet row = connection
                    .createStatement()
                    .executeQuery(
                            "insert into lifeboat.marker values (" + slot + ", '" + cluster
                                    + "', clock_timestamp(), pg_current_wal_insert_lsn(), 1) returning written_at, written_lsn::text");
            row.next();
            OffsetDateTime writtenAt = row.getObject(1, OffsetDateTime.class);
            String writtenLsn = row.getString(2);
            ResultSet returned = connection
                    .createStatement()
                    .executeQuery("select clock_timestamp(), pg_current_wal_insert_lsn()::text");
            returned.next();
            return new Marker(
                    writtenAt.toInstant(),
                    returned.getObject(1, OffsetDateTime.class).toInstant(),
                    writtenLsn,
                    returned.getString(2),
                    1);
        }
    }
}
