package dev.lifeboat.platform.database;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.CMTTransactionHandler;
import org.jdbi.v3.postgres.PostgresPlugin;

/** Wires the service's data source to {@link Database}. */
@Dependent
final class Databases {

    @Produces
    @Singleton
    Database database(
            AgroalDataSource dataSource,
            TransactionManager transactions,
            TransactionSynchronizationRegistry synchronizations) {
        Jdbi jdbi = Jdbi.create(dataSource)
                .installPlugin(new PostgresPlugin())
                .setTransactionHandler(new CMTTransactionHandler());
        // JTA ends transactions; a handle that is closed within one leaves it open on purpose.
        jdbi.getConfig(Handles.class).setForceEndTransactions(false);
        return new JtaDatabase(jdbi, transactions, synchronizations);
    }
}
