package dev.lifeboat.verifier.schedule;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.TopicEnds;
import dev.lifeboat.platform.events.TopicEnds.Place;
import dev.lifeboat.schemas.event.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Until when everything that was said has been heard. Silence is evidence of a missed run only up to there: a verifier that
 * was away, or is cut off from Kafka, knows nothing.
 *
 * <p>Each question looks at the ends of the topics, and answers with the moment of an earlier look whose events have been
 * taken since. So it never waits, and the answer is a look older than the question.
 */
@ApplicationScoped
class Hearing {
    private static final Logger LOG = Logger.getLogger(Hearing.class);
    private static final List<Topic> TOPICS = List.of(Topic.FLEET, Topic.BACKUPS, Topic.RECOVERIES);

    private final Database database;
    private final InstantSource clock;
    private final TopicEnds ends;
    private Look last;
    private Instant heardUpTo;

    Hearing(Database database, InstantSource clock, TopicEnds ends) {
        this.database = database;
        this.clock = clock;
        this.ends = ends;
    }

    /**
     * A look at the ends.
     *
     * @param needed what must have been taken of each partition for all that was there to be heard
     */
    private record Look(Instant at, Map<Place, Long> needed) {}

    /** Until when; empty as long as that is not known. Never goes back. */
    synchronized Optional<Instant> upTo() {
        Map<Place, Long> taken = taken();
        if (last != null && isHeard(last, taken)) {
            heardUpTo = last.at();
            last = null;
        }
        if (last == null) {
            try {
                Instant at = clock.instant();
                last = new Look(at, ends.beyond(TOPICS, taken));
            } catch (TopicEnds.NotReached e) {
                LOG.warnf("nobody is said to have missed a run while Kafka does not answer: %s", e.getMessage());
            }
            if (last != null && isHeard(last, taken)) {
                heardUpTo = last.at();
                last = null;
            }
        }
        return Optional.ofNullable(heardUpTo);
    }

    private static boolean isHeard(Look look, Map<Place, Long> taken) {
        return look.needed().entrySet().stream()
                .allMatch(needed -> taken.getOrDefault(needed.getKey(), 0L) >= needed.getValue());
    }

    /** What the listener of each topic has taken of its partitions. */
    private Map<Place, Long> taken() {
        return database.inTransaction(handle -> {
            Map<Place, Long> taken = new HashMap<>();
            handle.createQuery("select topic, partition_number, next_offset as next from read_position"
                            + " where consumer = case topic when :fleet then :timetable else :runs end")
                    .bind("fleet", Topic.FLEET.topicName())
                    .bind("runs", RunListener.NAME)
                    .bind("timetable", TimetableReader.NAME)
                    .map((row, context) -> Map.entry(
                            new Place(row.getString("topic"), row.getInt("partition_number")), row.getLong("next")))
                    .forEach(entry -> taken.put(entry.getKey(), entry.getValue()));
            return taken;
        });
    }
}
