package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupCatalogue;
import dev.lifeboat.backup.backup.BackupState;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.UUID;

/** Earlier dumps as the catalogue knows them. */
@ApplicationScoped
public class CataloguedHistory implements DumpHistory {
    private final Database database;
    private final BackupCatalogue catalogue;

    /** Reads the catalogue. */
    public CataloguedHistory(Database database, BackupCatalogue catalogue) {
        this.database = database;
        this.catalogue = catalogue;
    }

    @Override
    public OptionalDouble ratio(UUID clusterId, BackupPolicy policy) {
        return newest(database.inTransaction(transaction -> catalogue.completed(transaction, clusterId)), policy);
    }

    static OptionalDouble newest(List<Backup> newestFirst, BackupPolicy policy) {
        return newestFirst.stream()
                .filter(backup -> backup.method().equals("dump")
                        && Objects.equals(backup.policy().name(), policy.name())
                        && Objects.equals(backup.policy().format(), policy.format()))
                .map(Backup::state)
                .filter(BackupState.Completed.class::isInstance)
                .map(state -> ((BackupState.Completed) state).outcome())
                .filter(outcome ->
                        outcome.databaseBytes() != null && outcome.databaseBytes() > 0 && outcome.storedBytes() != null)
                .mapToDouble(outcome -> (double) outcome.storedBytes() / outcome.databaseBytes())
                .findFirst();
    }
}
