package dev.lifeboat.verifier.record;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.schemas.backup.BackupEvent.BackupSkipped;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import dev.lifeboat.verifier.it.Drill;
import dev.lifeboat.verifier.it.Events;
import dev.lifeboat.verifier.it.VerifierParts;
import dev.lifeboat.verifier.ledger.Checkpoint;
import dev.lifeboat.verifier.ledger.EvidenceBucket;
import dev.lifeboat.verifier.ledger.Ledger;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ledger is published as it grows, and stops where it contradicts what it has published. */
@QuarkusTest
@QuarkusTestResource(VerifierParts.class)
class EvidencePublisherIT {
    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    EvidencePublisher publisher;

    @ConfigProperty(name = "lifeboat.ledger.instance")
    String instance;

    private final Events events = new Events();
    private final String cluster = "evidence-" + Long.toHexString(System.nanoTime());

    @BeforeEach
    void theEvidenceBucketIsDeclared() {
        Drill.declare(events, Drill.REPOSITORY, Drill.repository());
    }

    @Test
    void whatIsRecordedIsPublished() {
        VerdictRecorded verdict = recorded(skip());

        Checkpoint published = Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(this::newest, newest -> newest.filter(note -> note.size() >= verdict.sequence())
                        .isPresent())
                .orElseThrow();

        database.useTransaction(tx -> ledger.requireContinues(tx, published));
        assertThat(keys("entries/")).isNotEmpty();
    }

    @Test
    void aLedgerThatIsBehindWhatItPublishedStopsAndGoesOnWhenItIsWhole() {
        recorded(skip());
        Checkpoint head = database.inTransaction(ledger::head);
        String ahead = "evidence/%s/checkpoints/%020d.txt".formatted(instance, head.size() + 1000);
        try (ObjectStore store = Drill.store()) {
            // What an instance published of entries that this database does not have any more.
            String note = ledger.sign(new Checkpoint(head.origin(), head.size() + 1000, head.root()));
            store.put(ahead, note.getBytes(StandardCharsets.UTF_8), PutCondition.IF_ABSENT, Map.of());
            try {
                assertThat(publisher.compare()).isTrue();

                UUID waits = skip();
                Awaitility.await().until(() -> parked(waits) == 1);
                given().get("/q/health/ready").then().statusCode(503);
                assertThat(given().get("/q/health/ready").asString()).contains("ledger.behind-checkpoint");
                assertThat(findings()).isEqualTo(1);
                assertThat(database.inTransaction(ledger::head).size()).isEqualTo(head.size());

                store.delete(List.of(ahead));
                assertThat(publisher.compare()).isTrue();
                recorded(waits);
                given().get("/q/health/ready").then().statusCode(200);
                assertThat(findings()).isZero();
            } finally {
                store.delete(List.of(ahead));
                publisher.compare();
            }
        }
    }

    private UUID skip() {
        UUID id = UUID.randomUUID();
        Instant now = Instant.now();
        events.say(
                Keys.cluster(cluster),
                "backup/" + id,
                UUID.fromString("01930000-0000-7000-8000-0000000000ce"),
                1,
                new BackupSkipped(id, cluster, "dump", "nightly", now, now, "still running"));
        return id;
    }

    private VerdictRecorded recorded(UUID run) {
        return events.await(Topic.VERIFICATIONS, cluster, VerdictRecorded.class, found -> found.runId()
                .equals(run));
    }

    private Optional<Checkpoint> newest() {
        try (ObjectStore store = Drill.store()) {
            return new EvidenceBucket(store, instance).newest(ledger.verificationKey());
        }
    }

    private List<String> keys(String below) {
        try (ObjectStore store = Drill.store();
                Stream<ObjectInfo> listed = store.list("evidence/" + instance + "/" + below, Optional.empty())) {
            return listed.map(ObjectInfo::key).toList();
        }
    }

    private long parked(UUID backup) {
        return count("select count(*) from parked_event where subject = 'backup/" + backup + "'");
    }

    private long findings() {
        return count("select count(*) from finding where code = 'ledger.halted' and closed_at is null");
    }

    private long count(String sql) {
        return database.inTransaction(
                tx -> tx.createQuery(sql).mapTo(Long.class).one());
    }
}
