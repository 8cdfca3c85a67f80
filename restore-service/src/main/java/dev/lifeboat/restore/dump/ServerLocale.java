package dev.lifeboat.restore.dump;

import dev.lifeboat.schemas.backup.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * With which encoding and locale the sandbox's own server is made: as the source's template database, so that what is
 * created without saying more comes out alike. Each restored database brings its own.
 */
final class ServerLocale {
    private ServerLocale() {}

    /** Arguments of initdb. */
    static List<String> arguments(Inventory inventory) {
        Optional<Inventory.Database> template = template(inventory);
        List<String> arguments = new ArrayList<>();
        arguments.add("--encoding=" + template.map(Inventory.Database::encoding).orElse("UTF8"));
        arguments.add(
                "--lc-collate=" + template.map(Inventory.Database::collate).orElse("C.UTF-8"));
        arguments.add("--lc-ctype=" + template.map(Inventory.Database::ctype).orElse("C.UTF-8"));
        for (String category : List.of("messages", "monetary", "numeric", "time")) {
            arguments.add("--lc-" + category + "=C");
        }
        return arguments;
    }

    private static Optional<Inventory.Database> template(Inventory inventory) {
        if (inventory == null) {
            return Optional.empty();
        }
        for (String name : List.of("template1", "postgres")) {
            Optional<Inventory.Database> found = inventory.databases().stream()
                    .filter(database -> database.name().equals(name) && database.collate() != null)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
