package dev.lifeboat.platform.events.inbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Whether events are being taken, for health. */
@ApplicationScoped
class InboxStatus {
    private volatile String trouble;

    /** Why they are not; empty when all is well. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    void well() {
        trouble = null;
    }

    void troubled(String why) {
        trouble = why;
    }
}
