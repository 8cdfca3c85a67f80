package dev.lifeboat.platform.events.outbox;

import java.util.Optional;

/** How the relay of this instance is doing, for health and metrics. */
final class RelayStatus {
    private volatile boolean carrying;
    private volatile String trouble;
    private volatile OutboxTable.Backlog backlog = new OutboxTable.Backlog(0, 0);

    /** This instance carries the outbox. */
    boolean carrying() {
        return carrying;
    }

    /** Why nothing is being sent; empty when all is well. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** As last counted, a few seconds old at most while the relay works. */
    OutboxTable.Backlog backlog() {
        return backlog;
    }

    void carrying(boolean now) {
        carrying = now;
    }

    void well() {
        trouble = null;
    }

    void troubled(String why) {
        trouble = why;
    }

    void counted(OutboxTable.Backlog now) {
        backlog = now;
    }
}
