package dev.lifeboat.platform.database;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The database under JTA: Jdbi, Quartz and whatever else uses the data source share one transaction. */
final class JtaDatabase implements Database {
    private static final Logger LOG = Logger.getLogger(JtaDatabase.class);

    private final Jdbi jdbi;
    private final TransactionManager transactions;
    private final TransactionSynchronizationRegistry synchronizations;

    JtaDatabase(Jdbi jdbi, TransactionManager transactions, TransactionSynchronizationRegistry synchronizations) {
        this.jdbi = jdbi;
        this.transactions = transactions;
        this.synchronizations = synchronizations;
    }

    @Override
    public <T> T inTransaction(Function<Handle, T> work) {
        return QuarkusTransaction.joiningExisting().call(() -> {
            try (Handle handle = jdbi.open()) {
                return work.apply(handle);
            }
        });
    }

    @Override
    public void afterCommit(Runnable action) {
        if (synchronizations.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
            action.run();
            return;
        }
        synchronizations.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Only what comes after the commit matters.
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    outsideOfTransaction(action);
                }
            }
        });
    }

    /** The ended transaction is still bound to this thread: the action may want one of its own. */
    private void outsideOfTransaction(Runnable action) {
        try {
            Transaction ended = transactions.suspend();
            try {
                action.run();
            } catch (RuntimeException e) {
                // The commit stands. Who needs more than an attempt has written a row.
                LOG.error("an action after a commit failed", e);
            } finally {
                if (ended != null) {
                    transactions.resume(ended);
                }
            }
        } catch (SystemException | InvalidTransactionException e) {
            LOG.error("an action after a commit could not be run outside of its transaction", e);
        }
    }
}
