package dev.lifeboat.platform.events;

import dev.lifeboat.schemas.event.EventType;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Takes events into this service. An implementation is an {@code @ApplicationScoped} bean; the platform finds it.
 *
 * <p>Laws: {@link #on} is called at least once for each event of its types, in order per key, inside the transaction
 * that also records the event as taken; so its effect happens once. It is short: no waiting, no calls to elsewhere. It
 * relies on no order between topics: where something is missing that is still to come it throws
 * {@link MissingPrerequisite}. It ignores versions that are older than what it has seen (see {@link SeenVersions}).
 */
public interface EventConsumer {

    /** Stable name; events are remembered per name, so a new name sees everything again. */
    String name();

    /** The types that it takes. */
    Set<EventType> types();

    /** Takes one event. */
    void on(Received received, Handle transaction);
}
