package dev.lifeboat.platform.events;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.FleetEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;

/** Writes down what it was given. Clusters whose name begins with {@code needs-} must be known; {@code bug} is one. */
@ApplicationScoped
public class TestConsumer implements EventConsumer {
    public static final String NAME = "test";

    private final AtomicBoolean mended = new AtomicBoolean();

    /** Whether the cluster {@code bug} is taken. */
    public void mend(boolean now) {
        mended.set(now);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<EventType> types() {
        return Set.of(EventType.BACKUP_STARTED, EventType.BACKUP_EXPIRED, EventType.CLUSTER_REMOVED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        CloudEvent<? extends EventData> event = received.event();
        if (!SeenVersions.advance(transaction, NAME, event.subject(), event.version())) {
            return;
        }
        switch (event.data()) {
            case FleetEvent.ClusterRemoved removed ->
                transaction.execute("insert into known_cluster values (?) on conflict do nothing", removed.name());
            case BackupEvent backup -> {
                write(event, transaction);
                require(backup, transaction);
            }
            default -> throw new IllegalArgumentException("not asked for: " + event.type());
        }
    }

    private void require(BackupEvent backup, Handle transaction) {
        if (backup.cluster().equals("bug") && !mended.get()) {
            throw new IllegalStateException("a bug");
        }
        if (backup.cluster().startsWith("needs-")
                && transaction
                        .createQuery("select 1 from known_cluster where name = :name")
                        .bind("name", backup.cluster())
                        .mapTo(Integer.class)
                        .findOne()
                        .isEmpty()) {
            throw new MissingPrerequisite("cluster " + backup.cluster() + " is not known yet");
        }
    }

    private static void write(CloudEvent<?> event, Handle transaction) {
        Correlation correlation = Correlation.current().orElseThrow();
        transaction.execute(
                "insert into applied (consumer, event_id, subject, version, correlation_id, causation_id)"
                        + " values (?, ?, ?, ?, ?, ?)",
                NAME,
                event.id(),
                event.subject(),
                event.version(),
                correlation.correlationId(),
                correlation.causationId());
    }
}
