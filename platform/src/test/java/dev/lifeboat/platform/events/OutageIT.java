package dev.lifeboat.platform.events;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.RealParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.event.Keys;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Kafka or the database goes away in the middle and comes back: nothing is lost, doubled or put aside. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class OutageIT {
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @Inject
    Database database;

    @Inject
    Outbox outbox;

    private final UUID backup = UUID.randomUUID();

    @Test
    void kafkaGoesAwayAndComesBack() {
        LocalParts parts = LocalParts.shared();
        publish(1);
        await().atMost(RECOVERY).untilAsserted(() -> assertThat(applied()).containsExactly(1L));

        parts.kafka().kill();
        try {
            publish(2);
            publish(3);
            await().atMost(RECOVERY)
                    .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(503));
            given().get("/q/health/live").then().statusCode(200);
        } finally {
            parts.kafka().start(Lifetime.OF_THIS_JVM);
        }

        await().atMost(RECOVERY).untilAsserted(() -> assertThat(applied()).containsExactly(1L, 2L, 3L));
        await().atMost(RECOVERY)
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
        publish(4);
        await().untilAsserted(() -> assertThat(applied()).containsExactly(1L, 2L, 3L, 4L));
    }

    @Test
    void theDatabaseGoesAwayAndComesBack() {
        LocalParts parts = LocalParts.shared();
        publish(1);
        await().atMost(RECOVERY).untilAsserted(() -> assertThat(applied()).containsExactly(1L));

        try (TestKafka kafka = new TestKafka()) {
            parts.postgres().kill();
            try {
                for (long version = 2; version <= 50; version++) {
                    kafka.send(
                            "lifeboat.backups",
                            "cluster/shop",
                            TestEvents.started("shop", backup, version).bytes());
                }
                await().atMost(RECOVERY)
                        .untilAsserted(
                                () -> given().get("/q/health/ready").then().statusCode(503));
                given().get("/q/health/live").then().statusCode(200);
            } finally {
                parts.postgres().start(Lifetime.OF_THIS_JVM);
            }
        }

        await().atMost(RECOVERY).untilAsserted(() -> assertThat(applied())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 50).boxed().toList()));
        await().atMost(RECOVERY)
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
        assertThat(database.<Long>inTransaction(handle -> handle.createQuery(
                                "select count(*) from dead_letter where record_key = 'cluster/shop'")
                        .mapTo(Long.class)
                        .one()))
                .isZero();
        publish(51);
        await().untilAsserted(() -> assertThat(applied()).endsWith(51L));
    }

    private void publish(long version) {
        database.useTransaction(handle -> outbox.publish(
                handle,
                new Publication(
                        Keys.cluster("shop"),
                        "backup/" + backup,
                        null,
                        version,
                        new BackupEvent.BackupStarted(backup, "shop", "dump", 1, Instant.EPOCH))));
    }

    private List<Long> applied() {
        return database.inTransaction(
                handle -> handle.createQuery("select version from applied where subject = :subject order by position")
                        .bind("subject", "backup/" + backup)
                        .mapTo(Long.class)
                        .list());
    }
}
