package dev.lifeboat.platform.schedule;

/** Work that belongs to the transaction of this thread and is done as its last part. */
@FunctionalInterface
public interface BeforeCommit {

    /** Runs the work when the transaction is about to commit; if it throws, the transaction is rolled back. */
    void run(Runnable work);
}
