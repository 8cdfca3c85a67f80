package dev.lifeboat.platform.database;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The service's own database. State, outbox, inbox and Quartz' triggers that are written within one call of
 * {@link #inTransaction} are committed together or not at all.
 */
public interface Database {

    /**
     * Runs the work in a transaction: joins the one that this thread is in, else begins one and commits it at the end.
     *
     * @throws RuntimeException whatever the work threw, after rolling back
     */
    <T> T inTransaction(Function<Handle, T> work);

    /** As {@link #inTransaction}, for work without a result. */
    default void useTransaction(Consumer<Handle> work) {
        inTransaction(handle -> {
            work.accept(handle);
            return null;
        });
    }

    /** Runs once after the transaction that this thread is in has committed; at once if there is none. */
    void afterCommit(Runnable action);
}
