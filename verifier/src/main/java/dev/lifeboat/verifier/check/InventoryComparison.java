package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.backup.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What differs between the inventory that was taken with the backup and that of the copy.
 *
 * @param missing what is not there, or is there differently
 * @param drift collations whose provider has another version here: indexes that sort by them may be out of order
 */
record InventoryComparison(List<String> missing, List<String> drift) {
    /** Subscriptions are taken out of a sandbox on purpose. */
    private static final Set<String> NOT_COMPARED = Set.of("subscriptions");

    static InventoryComparison of(Inventory expected, Inventory found, List<String> databases) {
        List<String> missing = new ArrayList<>();
        List<String> drift = new ArrayList<>();
        roles(expected, found, missing);
        Map<String, Inventory.Database> there =
                found.databases().stream().collect(Collectors.toMap(Inventory.Database::name, Function.identity()));
        for (Inventory.Database database : expected.databases()) {
            if (!databases.contains(database.name())) {
                continue;
            }
            Inventory.Database copy = there.get(database.name());
            if (copy == null) {
                missing.add("database " + database.name());
            } else {
                database(database, copy, missing, drift);
            }
        }
        return new InventoryComparison(List.copyOf(missing), List.copyOf(drift));
    }

    private static void roles(Inventory expected, Inventory found, List<String> missing) {
        Map<String, Inventory.Role> there =
                found.roles().stream().collect(Collectors.toMap(Inventory.Role::name, Function.identity()));
        for (Inventory.Role role : expected.roles()) {
            Inventory.Role copy = there.get(role.name());
            if (copy == null) {
                missing.add("role " + role.name());
            } else if (!copy.equals(role)) {
                missing.add("role " + role.name() + " has other attributes or memberships");
            }
        }
    }

    private static void database(
            Inventory.Database expected, Inventory.Database copy, List<String> missing, List<String> drift) {
        String in = " in database " + expected.name();
        if (!Objects.equals(expected.encoding(), copy.encoding())) {
            missing.add("encoding " + expected.encoding() + in);
        }
        if (!Objects.equals(expected.collate(), copy.collate()) || !Objects.equals(expected.ctype(), copy.ctype())) {
            missing.add("locale " + expected.collate() + "/" + expected.ctype() + in);
        }
        Map<String, Inventory.Extension> extensions =
                copy.extensions().stream().collect(Collectors.toMap(Inventory.Extension::name, Function.identity()));
        for (Inventory.Extension extension : expected.extensions()) {
            if (!extension.equals(extensions.get(extension.name()))) {
                missing.add("extension " + extension.name() + " " + extension.version() + in);
            }
        }
        tables(expected, copy, in, missing);
        expected.objectCounts().forEach((kind, count) -> {
            long there = copy.objectCounts().getOrDefault(kind, 0L);
            if (!NOT_COMPARED.contains(kind) && there != count) {
                missing.add(kind + ": " + there + " of " + count + in);
            }
        });
        if (!Objects.equals(expected.largeObjects(), copy.largeObjects())) {
            missing.add("large objects: " + copy.largeObjects() + " of " + expected.largeObjects() + in);
        }
        drift(expected, copy, drift);
    }

    private static void tables(Inventory.Database expected, Inventory.Database copy, String in, List<String> missing) {
        Set<List<String>> there = copy.tables().stream()
                .map(table -> List.of(table.schema(), table.name(), table.kind()))
                .collect(Collectors.toSet());
        for (Inventory.Table table : expected.tables()) {
            if (!there.contains(List.of(table.schema(), table.name(), table.kind()))) {
                missing.add("table " + table.schema() + "." + table.name() + in);
            }
        }
    }

    private static void drift(Inventory.Database expected, Inventory.Database copy, List<String> drift) {
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
