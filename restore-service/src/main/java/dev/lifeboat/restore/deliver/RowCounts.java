package dev.lifeboat.restore.deliver;

import dev.lifeboat.platform.postgres.Identifiers;
import dev.lifeboat.restore.contents.Selection.Relation;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of a restored database beside those that the backup noted at its snapshot.
 *
 * @param differing tables that have another number than the backup noted, for people
 * @param notCounted tables that the role may not read
 */
record RowCounts(int tables, long rows, int compared, List<String> differing, List<String> notCounted) {

    /**
     * Counts.
     *
     * @param between asked before each table; throws to stop
     * @return for each relation its rows; null where they cannot be read
     */
    static Map<Relation, Long> count(Connection connection, List<Relation> relations, Runnable between)
            throws SQLException {
        Map<Relation, Long> rows = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement()) {
            // Row security that hides rows is an error then, never a smaller number.
            statement.execute("set row_security = off");
            for (Relation relation : relations) {
                between.run();
                rows.put(relation, one(statement, relation));
            }
        }
        return rows;
    }

    private static Long one(Statement statement, Relation relation) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "select count(*) from only " + Identifiers.quote(relation.schema(), relation.name()))) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Compares.
     *
     * @param noted null when the backup noted nothing
     */
    static RowCounts compare(Map<Relation, Long> counted, DatabaseFingerprint noted) {
        Map<Relation, Long> expected = new HashMap<>();
        if (noted != null && noted.tables() != null) {
            for (TableFingerprint table : noted.tables()) {
                if (table.excluded() == null && table.rows() != null) {
                    expected.put(new Relation(table.schema(), table.table()), table.rows());
                }
            }
        }
        long rows = 0;
        int compared = 0;
        List<String> differing = new ArrayList<>();
        List<String> notCounted = new ArrayList<>();
        for (Map.Entry<Relation, Long> each : counted.entrySet()) {
            String name = each.getKey().schema() + "." + each.getKey().name();
            if (each.getValue() == null) {
                notCounted.add(name);
                continue;
            }
            rows += each.getValue();
            Long wanted = expected.get(each.getKey());
            if (wanted != null) {
                compared++;
                if (!wanted.equals(each.getValue())) {
                    differing.add(name + ": " + each.getValue() + " rows, the backup noted " + wanted);
                }
            }
        }
        return new RowCounts(counted.size(), rows, compared, differing, notCounted);
    }
}
