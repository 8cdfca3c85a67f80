package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.Received;
import java.util.UUID;

/** What a record turned out to be. */
sealed interface Decoded {

    /** An event of a type that this version knows, as its schema says. */
    record Known(Received received) implements Decoded {}

    /** A well-formed envelope around a type that this version does not know. */
    record Unknown(String type) implements Decoded {}

    /** The end of a key on a compacted topic. What it says was said by an event before. */
    record Tombstone() implements Decoded {}

    /**
     * Nothing that can be taken.
     *
     * @param code stable
     * @param doubtful what this service knows about the key may be incomplete; false for a forgery, which says nothing
     */
    record Refused(String code, String reason, String type, String source, UUID eventId, boolean doubtful)
            implements Decoded {}
}
