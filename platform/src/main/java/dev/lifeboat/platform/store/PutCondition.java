package dev.lifeboat.platform.store;

/** What must hold for an object to be written. */
public enum PutCondition {
    /** Nothing: an object of that key is replaced. */
    NONE,
    /** No object has that key ({@code If-None-Match: *}); otherwise {@code store.precondition-failed}. */
    IF_ABSENT
}
