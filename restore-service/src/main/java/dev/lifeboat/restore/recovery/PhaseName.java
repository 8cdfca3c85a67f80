package dev.lifeboat.restore.recovery;

import java.util.Locale;

/** The parts of a run that are timed, each by wall clock, one after the other without gaps. */
public enum PhaseName {
    /** From the request accepted to the first step. */
    QUEUED,
    /** Attempts that were interrupted and thrown away; they count towards the RTO. */
    EARLIER_ATTEMPTS,
    /** Choosing the backup, pinning and reading it, preflight. */
    PLANNING,
    /** Folder, configuration, an empty server where the method needs one. */
    PROVISIONING,
    /** Starting the server. */
    STARTING,
    /** The backup's bytes come in. */
    RESTORING,
    /** WAL up to the target. */
    REPLAYING,
    /** Opening for writes, up to the first one that is committed: here the RTO ends. */
    FIRST_WRITE,
    /** The verifier's checks. */
    VERIFYING,
    /** Facts that need a stopped server. */
    INSPECTING,
    /** Kept because it was asked for. */
    HELD,
    /** Until it is proven that nothing is left. */
    TEARDOWN;

    /** The name that events and answers use. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a name back. */
    public static PhaseName of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
