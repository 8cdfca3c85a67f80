package dev.lifeboat.platform.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.platform.RealParts;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.event.Keys;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** From a commit through Kafka to an effect. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class OutboxToInboxIT {
    @Inject
    Database database;

    @Inject
    Outbox outbox;

    @Test
    void whatIsCommittedArrivesOnceWithItsStory() throws Exception {
        UUID backup = UUID.randomUUID();
        Correlation story = new Correlation("request-1", "request-1", "principal/alice", null);

        UUID id = story.call(() -> database.inTransaction(handle -> publish(handle, backup, 1)));

        await().untilAsserted(() -> assertThat(applied(backup)).containsExactly(1L));
        assertThat(database.<List<String>>inTransaction(handle -> handle.createQuery(
                                "select correlation_id || ' ' || causation_id from applied where event_id = :id")
                        .bind("id", id)
                        .mapTo(String.class)
                        .list()))
                .containsExactly("request-1 " + id);
        await().untilAsserted(() -> assertThat(waiting()).isZero());
    }

    @Test
    void whatIsRolledBackIsNeverSaid() {
        UUID backup = UUID.randomUUID();
        UUID other = UUID.randomUUID();

        assertThatThrownBy(() -> database.useTransaction(handle -> {
                    publish(handle, backup, 1);
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        database.useTransaction(handle -> publish(handle, other, 1));

        await().untilAsserted(() -> assertThat(applied(other)).containsExactly(1L));
        assertThat(applied(backup)).isEmpty();
    }

    private UUID publish(Handle handle, UUID backup, long version) {
        return outbox.publish(
                handle,
                new Publication(
                        Keys.cluster("shop"),
                        "backup/" + backup,
                        null,
                        version,
                        new BackupEvent.BackupStarted(backup, "shop", "dump", 1, Instant.EPOCH)));
    }

    private List<Long> applied(UUID backup) {
        return database.inTransaction(
                handle -> handle.createQuery("select version from applied where subject = :subject order by position")
                        .bind("subject", "backup/" + backup)
                        .mapTo(Long.class)
                        .list());
    }

    private long waiting() {
        return database.inTransaction(handle -> handle.createQuery("select count(*) from outbox")
                .mapTo(Long.class)
                .one());
    }
}
