package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.backup.Inventory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What differs between the inventory that was taken with the backup and that of the copy.
 *
 * @param missing what is not there, or is there differently
 * @param extra what is there and was not
 * @param drift collations whose provider has another version here: indexes that sort by them may be out of order
 */
record InventoryComparison(List<String> missing, List<String> extra, List<String> drift) {
    /** Subscriptions are taken out of a sandbox on purpose. */
    private static final Set<String> NOT_COMPARED = Set.of("subscriptions");

    /** What looking itself leaves behind, when it broke off and begins again. */
    private static final Set<String> OUR_EXTENSIONS = Set.of("amcheck");

    /**
     * Compares.
     *
     * @param databases that shall be looked at
     * @param ourRole the role of the sandbox, which the source need not have
     */
    static InventoryComparison of(Inventory expected, Inventory found, List<String> databases, String ourRole) {
        InventoryComparison differences =
                new InventoryComparison(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        differences.roles(expected, found, ourRole);
        Map<String, Inventory.Database> there =
                found.databases().stream().collect(Collectors.toMap(Inventory.Database::name, Function.identity()));
        for (Inventory.Database database : expected.databases()) {
            if (!databases.contains(database.name())) {
                continue;
            }
            Inventory.Database copy = there.get(database.name());
            if (copy == null) {
                differences.missing.add("database " + database.name());
            } else {
                differences.database(database, copy);
            }
        }
        return new InventoryComparison(
                List.copyOf(differences.missing), List.copyOf(differences.extra), List.copyOf(differences.drift));
    }

    private void roles(Inventory expected, Inventory found, String ourRole) {
        Map<String, Inventory.Role> there = new LinkedHashMap<>();
        found.roles().forEach(role -> there.put(role.name(), role));
        for (Inventory.Role role : expected.roles()) {
            Inventory.Role copy = there.remove(role.name());
            if (copy == null) {
                missing.add("role " + role.name());
            } else if (!copy.equals(role)) {
                missing.add("role " + role.name() + " has other attributes or memberships");
            }
        }
        there.remove(ourRole);
        there.keySet().forEach(name -> extra.add("role " + name));
    }

    private void database(Inventory.Database expected, Inventory.Database copy) {
        String in = " in database " + expected.name();
        if (!Objects.equals(expected.encoding(), copy.encoding())) {
            missing.add("encoding " + expected.encoding() + in);
        }
        if (!Objects.equals(expected.collate(), copy.collate()) || !Objects.equals(expected.ctype(), copy.ctype())) {
            missing.add("locale " + expected.collate() + "/" + expected.ctype() + in);
        }
        extensions(expected, copy, in);
        tables(expected, copy, in);
        counts(expected, copy, in);
        if (!Objects.equals(expected.largeObjects(), copy.largeObjects())) {
            missing.add("large objects: " + copy.largeObjects() + " of " + expected.largeObjects() + in);
        }
        drift(expected, copy);
    }

    private void extensions(Inventory.Database expected, Inventory.Database copy, String in) {
        Map<String, Inventory.Extension> there = new LinkedHashMap<>();
        copy.extensions().forEach(extension -> there.put(extension.name(), extension));
        for (Inventory.Extension extension : expected.extensions()) {
            if (!extension.equals(there.remove(extension.name()))) {
                missing.add("extension " + extension.name() + " " + extension.version() + in);
            }
        }
        there.keySet().removeAll(OUR_EXTENSIONS);
        there.keySet().forEach(name -> extra.add("extension " + name + in));
    }

    private void tables(Inventory.Database expected, Inventory.Database copy, String in) {
        Set<List<String>> were = names(expected);
        Set<List<String>> are = names(copy);
        were.stream()
                .filter(table -> !are.contains(table))
                .forEach(table -> missing.add("table " + table.get(0) + "." + table.get(1) + in));
        are.stream()
                .filter(table -> !were.contains(table))
                .forEach(table -> extra.add("table " + table.get(0) + "." + table.get(1) + in));
    }

    private static Set<List<String>> names(Inventory.Database database) {
        return database.tables().stream()
                .map(table -> List.of(table.schema(), table.name(), table.kind()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void counts(Inventory.Database expected, Inventory.Database copy, String in) {
        Set<String> kinds = new TreeSet<>(expected.objectCounts().keySet());
        kinds.addAll(copy.objectCounts().keySet());
        kinds.removeAll(NOT_COMPARED);
        for (String kind : kinds) {
            long were = expected.objectCounts().getOrDefault(kind, 0L);
            long are = copy.objectCounts().getOrDefault(kind, 0L);
            if (are != were) {
                (are < were ? missing : extra).add(kind + ": " + are + " of " + were + in);
            }
        }
    }

    private void drift(Inventory.Database expected, Inventory.Database copy) {
        if (expected.actualCollationVersion() != null
                && copy.actualCollationVersion() != null
                && !expected.actualCollationVersion().equals(copy.actualCollationVersion())) {
            drift.add("default collation of database " + expected.name() + ": " + expected.actualCollationVersion()
                    + " there, " + copy.actualCollationVersion() + " here");
        }
        Map<List<String>, Inventory.Collation> there = copy.collations().stream()
                .collect(Collectors.toMap(
                        collation -> List.of(collation.schema(), collation.name()), Function.identity(), (a, b) -> a));
        for (Inventory.Collation collation : expected.collations()) {
            Inventory.Collation here = there.get(List.of(collation.schema(), collation.name()));
            if (here != null
                    && collation.actualVersion() != null
                    && !collation.actualVersion().equals(here.actualVersion())) {
                drift.add("collation " + collation.name() + ": " + collation.actualVersion() + " there, "
                        + here.actualVersion() + " here");
            }
        }
    }
}
