package dev.lifeboat.local.process;

/** How long a started process may live. */
public enum Lifetime {
    /** Until somebody stops it: it outlives the JVM that started it. */
    UNTIL_STOPPED,
    /** Until this JVM ends, however it ends: a lifeline between the two kills it when this JVM is gone. */
    OF_THIS_JVM
}
