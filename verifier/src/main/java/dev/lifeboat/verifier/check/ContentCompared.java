package dev.lifeboat.verifier.check;

import dev.lifeboat.platform.inventory.FingerprintReader;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** The rows of the snapshot are there: their number, and for a dump with fingerprints, that they are the same. */
@ApplicationScoped
class ContentCompared implements Check {
    private static final String COUNTS = "row-counts";
    private static final String EQUALITY = "content-equality";
    private static final int SHOWN = 5;

    private final FingerprintReader reader = new FingerprintReader();

    @Override
    public String name() {
        return COUNTS;
    }

    @Override
    public int order() {
        return 40;
    }

    @Override
    public List<Outcome> look(Sandbox sandbox, Material material) throws Exception {
        if (material.fingerprints().isEmpty()) {
            String reason = material.physical()
                    ? "A backup of files has no snapshot that its rows could be compared with."
                    : "The dump was taken without fingerprints.";
            return List.of(RowEstimates.look(sandbox, material), Outcome.notApplicable(EQUALITY, reason));
        }
        Fingerprints fingerprints = material.fingerprints().get();
        if (!FingerprintReader.ALGORITHM.equals(fingerprints.algorithm())) {
            String reason = "The fingerprints were made by " + fingerprints.algorithm() + ", this verifier knows "
                    + FingerprintReader.ALGORITHM + ".";
            return List.of(Outcome.inconclusive(COUNTS, reason), Outcome.inconclusive(EQUALITY, reason));
        }
        List<String> unread = new ArrayList<>(material.databases());
        fingerprints.databases().forEach(database -> unread.remove(database.database()));
        if (!unread.isEmpty()) {
            String reason = "The backup has no fingerprints of database " + unread.getFirst() + ".";
            return List.of(Outcome.inconclusive(COUNTS, reason), Outcome.inconclusive(EQUALITY, reason));
        }
        List<String> counts = new ArrayList<>();
        List<String> contents = new ArrayList<>();
        long rows = 0;
        int compared = 0;
        int tables = 0;
        for (DatabaseFingerprint expected : fingerprints.databases()) {
            DatabaseFingerprint found;
            try (Connection connection = sandbox.open(expected.database())) {
                found = reader.read(
                        connection, expected.database(), FingerprintReader.Selection.as(expected), relation -> {});
            }
            FingerprintComparison comparison = FingerprintComparison.of(expected, found);
            counts.addAll(comparison.counts());
            contents.addAll(comparison.contents());
            rows += comparison.rows();
            compared += comparison.compared();
            tables += expected.tables().size();
        }
        return List.of(
                counts.isEmpty()
                        ? Outcome.passed(COUNTS, tables + " tables")
                        : Outcome.failed(
                                COUNTS,
                                "The number of rows differs: " + list(counts),
                                "as at the snapshot",
                                list(counts)),
                contents.isEmpty()
                        ? Outcome.passed(
                                EQUALITY,
                                compared + " of " + tables + " tables, " + rows + " rows, mode " + fingerprints.mode())
                        : Outcome.failed(
                                EQUALITY,
                                "The content differs: " + list(contents),
                                "as at the snapshot",
                                list(contents)));
    }

    private static String list(List<String> differences) {
        String shown = String.join("; ", differences.subList(0, Math.min(SHOWN, differences.size())));
        return differences.size() > SHOWN ? shown + "; and " + (differences.size() - SHOWN) + " more" : shown;
    }
}
