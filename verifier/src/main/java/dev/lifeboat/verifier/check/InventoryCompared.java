package dev.lifeboat.verifier.check;

import dev.lifeboat.platform.inventory.InventoryReader;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.verification.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that the cluster consisted of is there: roles, databases, extensions, tables and other objects. */
@ApplicationScoped
class InventoryCompared implements Check {
    private static final int SHOWN = 5;

    private final InventoryReader reader = new InventoryReader();
    private final InstantSource clock;

    InventoryCompared(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "inventory";
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public List<Outcome> look(Sandbox sandbox, Material material) throws Exception {
        if (material.inventory().databases().isEmpty()) {
            String reason = "Not recorded: nobody took an inventory with this backup, which was adopted.";
            return List.of(
                    Outcome.notApplicable(name(), reason),
                    Outcome.notApplicable("collations", reason).advisory());
        }
        List<Inventory.Database> databases = new ArrayList<>();
        Inventory found;
        try (Connection connection = sandbox.open(sandbox.maintenanceDatabase())) {
            for (String database : reader.connectable(connection)) {
                if (material.databases().contains(database)) {
                    try (Connection inside = sandbox.open(database)) {
                        databases.add(reader.database(inside));
                    }
                }
            }
            found = reader.cluster(connection, clock.instant(), databases);
        }
        InventoryComparison comparison =
                InventoryComparison.of(material.inventory(), found, material.databases(), sandbox.user());
        return List.of(inventory(comparison, material), collations(comparison));
    }

    private Outcome inventory(InventoryComparison comparison, Material material) {
        if (comparison.missing().isEmpty() && comparison.extra().isEmpty()) {
            return Outcome.passed(name(), material.databases().size() + " database(s)");
        }
        String found = Stream.of(
                        comparison.missing().isEmpty() ? "" : "missing or different: " + list(comparison.missing()),
                        comparison.extra().isEmpty() ? "" : "not there before: " + list(comparison.extra()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
        if (material.physical()) {
            // Files are restored to the end of the backup, the inventory is of its beginning: who changed the schema
            // meanwhile made this difference.
            return new Outcome(
                    name(),
                    true,
                    Verdict.INCONCLUSIVE,
                    "The copy differs from the inventory, which was taken a little earlier: " + found,
                    "as in the inventory",
                    found);
        }
        return Outcome.failed(name(), "What came back is not what was there: " + found, "as in the inventory", found);
    }

    private static Outcome collations(InventoryComparison comparison) {
        String name = "collations";
        if (comparison.drift().isEmpty()) {
            return Outcome.passed(name, null).advisory();
        }
        return Outcome.failed(
                        name,
                        "Indexes on text may be out of order here until they are rebuilt (REINDEX): "
                                + list(comparison.drift()),
                        "the versions of the source",
                        list(comparison.drift()))
                .advisory();
    }

    private static String list(List<String> differences) {
        String shown = String.join("; ", differences.subList(0, Math.min(SHOWN, differences.size())));
        return differences.size() > SHOWN ? shown + "; and " + (differences.size() - SHOWN) + " more" : shown;
    }
}
