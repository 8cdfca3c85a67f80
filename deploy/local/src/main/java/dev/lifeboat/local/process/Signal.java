package dev.lifeboat.local.process;

/** The signals that are sent to servers; names are POSIX's. */
public enum Signal {
    TERM,
    /** PostgreSQL: fast shutdown. */
    INT,
    /** PostgreSQL: immediate shutdown. */
    QUIT,
    KILL,
    STOP,
    CONT
}
