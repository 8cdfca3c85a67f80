package dev.lifeboat.verifier.check;

import dev.lifeboat.platform.inventory.FingerprintReader;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import dev.lifeboat.schemas.backup.Inventory;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts all rows and holds the numbers against the server's estimates of the inventory: no proof, but an empty table that
 * should be large is seen. Advisory, because an estimate may be old.
 */
final class RowEstimates {
    /** A table is suspicious when it has less than this part of what was estimated. */
    private static final double TOLERATED = 0.5;
    /** Smaller tables change too much for an estimate to mean anything. */
    private static final long SMALL = 1000;

    private RowEstimates() {}

    static Outcome look(Sandbox sandbox, Material material) throws Exception {
        if (material.inventory().databases().isEmpty()) {
            return Outcome.notApplicable("row-counts", "Not recorded: the backup's inventory names no table.");
        }
        List<String> suspicious = new ArrayList<>();
        FingerprintReader reader = new FingerprintReader();
        long rows = 0;
        for (Inventory.Database database : material.inventory().databases()) {
            if (!material.databases().contains(database.name())) {
                continue;
            }
            Map<List<String>, Inventory.Table> estimates = database.tables().stream()
                    .collect(Collectors.toMap(table -> List.of(table.schema(), table.name()), Function.identity()));
            try (Connection connection = sandbox.open(database.name())) {
                for (FingerprintReader.Relation relation : reader.plan(connection)) {
                    TableFingerprint counted = reader.table(connection, relation, any -> FingerprintReader.Depth.COUNT);
                    Inventory.Table estimate = estimates.get(List.of(relation.schema(), relation.name()));
                    if (counted.rows() != null) {
                        rows += counted.rows();
                    }
                    if (isSuspicious(estimate, counted.rows())) {
                        suspicious.add(relation.schema() + "." + relation.name() + " in " + database.name() + ": "
                                + counted.rows() + " rows, about " + estimate.rowsEstimated() + " expected");
                    }
                }
            }
        }
        if (suspicious.isEmpty()) {
            return Outcome.passed("row-counts", rows + " rows counted").advisory();
        }
        String found = String.join("; ", suspicious.subList(0, Math.min(5, suspicious.size())));
        return Outcome.failed("row-counts", "Far fewer rows than estimated: " + found, "about the estimates", found)
                .advisory();
    }

    static boolean isSuspicious(Inventory.Table estimate, Long rows) {
        return estimate != null
                && rows != null
                && estimate.rowsEstimated() >= SMALL
                && rows < estimate.rowsEstimated() * TOLERATED;
    }
}
