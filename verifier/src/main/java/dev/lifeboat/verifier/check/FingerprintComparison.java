package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What differs between the content at the snapshot and that of the copy.
 *
 * @param counts tables whose number of rows differs
 * @param contents tables, sequences and large objects whose digest differs
 * @param compared number of tables whose content was compared, not only counted
 * @param rows number of rows in compared tables
 */
record FingerprintComparison(List<String> counts, List<String> contents, int compared, long rows) {

    static FingerprintComparison of(DatabaseFingerprint expected, DatabaseFingerprint found) {
        List<String> counts = new ArrayList<>();
        List<String> contents = new ArrayList<>();
        Map<List<String>, TableFingerprint> there = found.tables().stream()
                .collect(Collectors.toMap(table -> List.of(table.schema(), table.table()), Function.identity()));
        int compared = 0;
        long rows = 0;
        for (TableFingerprint table : expected.tables()) {
            if (table.excluded() != null) {
                continue;
            }
            String name = table.schema() + "." + table.table() + " in " + expected.database();
            TableFingerprint copy = there.get(List.of(table.schema(), table.table()));
            if (copy == null || copy.excluded() != null) {
                String why = name + ": " + (copy == null ? "not there" : copy.excluded());
                counts.add(why);
                if (table.digest() != null) {
                    contents.add(why);
                }
                continue;
            }
            if (!Objects.equals(table.rows(), copy.rows())) {
                counts.add(name + ": " + copy.rows() + " rows of " + table.rows());
            }
            if (table.digest() != null) {
                compared++;
                rows += table.rows() == null ? 0 : table.rows();
                if (!table.digest().equals(copy.digest())) {
                    contents.add(name);
                }
            }
        }
        others(expected, found, contents);
        return new FingerprintComparison(List.copyOf(counts), List.copyOf(contents), compared, rows);
    }

    private static void others(DatabaseFingerprint expected, DatabaseFingerprint found, List<String> contents) {
        if (expected.sequences() != null) {
            List<?> missing = expected.sequences().stream()
                    .filter(sequence ->
                            found.sequences() == null || !found.sequences().contains(sequence))
                    .map(sequence -> sequence.schema() + "." + sequence.sequence())
                    .toList();
            missing.forEach(sequence -> contents.add("sequence " + sequence + " in " + expected.database()));
        }
        if (!Objects.equals(expected.largeObjects(), found.largeObjects())) {
            contents.add("large objects in " + expected.database());
        }
    }
}
