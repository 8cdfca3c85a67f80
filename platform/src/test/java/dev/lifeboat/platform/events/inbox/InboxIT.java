package dev.lifeboat.platform.events.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.platform.RealParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.SuspectReadModels;
import dev.lifeboat.platform.events.TestConsumer;
import dev.lifeboat.platform.events.TestEvents;
import dev.lifeboat.platform.events.TestKafka;
import dev.lifeboat.platform.problem.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of records, good and bad, in any number and order. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class InboxIT {
    private static final String TOPIC = "lifeboat.backups";
    private static TestKafka kafka;

    @Inject
    Database database;

    @Inject
    UnknownReplay unknownReplay;

    @Inject
    DeadLetterReplay replay;

    @Inject
    TestConsumer consumer;

    @Inject
    InboxRetention retention;

    private final String cluster = "c-" + UUID.randomUUID();
    private final UUID backup = UUID.randomUUID();

    @BeforeAll
    static void open() {
        kafka = new TestKafka();
    }

    @AfterAll
    static void close() {
        kafka.close();
    }

    @Test
    void theSameEventTwiceLateAndOutOfOrderHasOneEffect() {
        byte[] first = TestEvents.started(cluster, backup, 1).bytes();
        byte[] second = TestEvents.started(cluster, backup, 2).bytes();

        send(cluster, second);
        send(cluster, second);
        send(cluster, first);
        send(cluster, first);
        send(cluster, second);

        awaitBehind(cluster);
        assertThat(applied(backup)).containsExactly(2L);
    }

    @Test
    void poisonGoesToTheDeadLettersAndWhatIsBehindItIsTaken() {
        String poison = "\u0000 no json " + cluster;

        send(cluster, poison.getBytes(UTF_8));
        send(cluster, TestEvents.started(cluster, backup, 1).bytes());

        await().untilAsserted(() -> assertThat(applied(backup)).containsExactly(1L));
        DeadLetter letter = onlyLetter();
        assertThat(letter.code()).isEqualTo("event.not-json");
        assertThat(letter.topic()).isEqualTo(TOPIC);
        assertThat(doubted()).isTrue();
        await().untilAsserted(() -> assertThat(TestKafka.committed(
                        "lifeboat.dead-letters", record -> new String(record.value(), UTF_8).equals(poison)))
                .hasSize(1)
                .allSatisfy(record -> {
                    assertThat(header(record, "dead-letter-code")).isEqualTo("event.not-json");
                    assertThat(header(record, "dead-letter-topic")).isEqualTo(TOPIC);
                    assertThat(header(record, "dead-letter-offset")).isEqualTo(Long.toString(letter.offset()));
                }));
        assertThatThrownBy(() -> replay.replay(letter.id(), "principal/operator"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.failure().code()).isEqualTo("dead-letter.still-unreadable"));
        replay.dismiss(letter.id(), "principal/operator", "the owner has said it again");
        assertThat(doubted()).isFalse();
    }

    @Test
    void whatViolatesItsSchemaIsADeadLetter() {
        send(
                cluster,
                TestEvents.started(cluster, backup, 1).without("startedAt").bytes());

        awaitBehind(cluster);
        assertThat(onlyLetter().code()).isEqualTo("event.schema-violated");
        assertThat(applied(backup)).isEmpty();
    }

    @Test
    void aForgedEventIsRefusedAndPutsNothingInDoubt() {
        send(cluster, TestEvents.started(cluster, backup, 1).from("/verifier").bytes());

        awaitBehind(cluster);
        assertThat(onlyLetter().code()).isEqualTo("event.forged-source");
        assertThat(applied(backup)).isEmpty();
        assertThat(doubted()).isFalse();
    }

    @Test
    void anUnknownTypeIsKeptUntilAVersionKnowsIt() throws Exception {
        TestEvents fromTheFuture = TestEvents.started(cluster, backup, 1).typed("dev.lifeboat.backup.copied.v7");
        send(cluster, fromTheFuture.bytes());
        awaitBehind(cluster);
        assertThat(kept()).isEqualTo(1);
        assertThat(applied(backup)).isEmpty();
        // The upgrade: today's type stands where the unknown one stood.
        database.useTransaction(handle -> handle.execute(
                "update unknown_event set type = 'dev.lifeboat.backup.started.v1', event = ? where record_key = ?",
                TestEvents.started(cluster, backup, 1).bytes(),
                "cluster/" + cluster));

        unknownReplay.run();

        assertThat(applied(backup)).containsExactly(1L);
        assertThat(kept()).isZero();
    }

    @Test
    void aMissingPrerequisiteParksItsAggregateInOrderAndNobodyElse() {
        String needy = "needs-" + cluster;
        UUID other = UUID.randomUUID();

        send(needy, TestEvents.started(needy, backup, 1).bytes());
        send(needy, TestEvents.started(needy, backup, 2).bytes());
        send(needy, TestEvents.started(cluster, other, 1).bytes());
        await().untilAsserted(() -> assertThat(applied(other)).containsExactly(1L));
        await().untilAsserted(() -> assertThat(parked()).isEqualTo(2));
        assertThat(applied(backup)).isEmpty();
        kafka.send(
                "lifeboat.fleet",
                "cluster/" + needy,
                TestEvents.clusterRemoved(needy).bytes());

        await().untilAsserted(() -> assertThat(applied(backup)).containsExactly(1L, 2L));
        assertThat(parked()).isZero();
    }

    @Test
    void whatWaitsInVainBecomesADeadLetterAndThoseBehindItAreTriedForThemselves() {
        String needy = "needs-" + cluster;
        send(cluster, TestEvents.started(needy, backup, 1).bytes());
        send(cluster, TestEvents.started(cluster, backup, 2).bytes());
        await().untilAsserted(() -> assertThat(parked()).isEqualTo(2));

        database.useTransaction(handle -> handle.execute(
                "update parked_event set deadline = now() - interval '1 second' where reason like ?",
                "%" + needy + " is not known yet"));

        await().untilAsserted(() -> assertThat(applied(backup)).containsExactly(2L));
        assertThat(parked()).isZero();
        DeadLetter letter = onlyLetter();
        assertThat(letter.code()).isEqualTo("event.prerequisite-missing");
        assertThat(letter.reason()).contains(needy + " is not known yet");
        assertThat(doubted()).isTrue();
    }

    @Test
    void aBatchWithManyFailuresAmongGoodOnesLosesNone() {
        consumer.mend(false);
        List<UUID> good = new java.util.ArrayList<>();
        for (int i = 0; i < 60; i++) {
            UUID id = UUID.randomUUID();
            if (i % 7 == 3) {
                send(cluster, TestEvents.started("bug", id, 1).bytes());
            } else if (i % 11 == 5) {
                send(cluster, ("{" + i).getBytes(UTF_8));
            } else {
                good.add(id);
                send(cluster, TestEvents.started(cluster, id, 1).bytes());
            }
        }

        awaitBehind(cluster);
        assertThat(good).allSatisfy(id -> assertThat(applied(id)).containsExactly(1L));
        assertThat(letters()).hasSize(60 - good.size());
    }

    @Test
    void whatIsTakenIsForgottenWhenNoTopicRemembersItAnyMore() {
        send(cluster, TestEvents.started(cluster, backup, 1).bytes());
        awaitBehind(cluster);
        database.useTransaction(handle -> handle.execute(
                "update inbox set taken_at = now() - interval '101 days'"
                        + " where event_id in (select event_id from applied where subject = ?)",
                "backup/" + backup));
        long before =
                count("select count(*) from inbox where taken_at < now() - interval '100 days' and :key <> ''", "x");

        retention.run();

        assertThat(before).isEqualTo(1);
        assertThat(count("select count(*) from inbox where taken_at < now() - interval '100 days' and :key <> ''", "x"))
                .isZero();
    }

    @Test
    void whatAConsumerFailsOnIsPutAsideForItAndTakenWhenItIsMended() {
        consumer.mend(false);
        UUID other = UUID.randomUUID();

        send(cluster, TestEvents.started("bug", backup, 1).bytes());
        send(cluster, TestEvents.started(cluster, other, 1).bytes());

        await().untilAsserted(() -> assertThat(applied(other)).containsExactly(1L));
        DeadLetter letter = onlyLetter();
        assertThat(letter.code()).isEqualTo("event.consumer-failed");
        assertThat(letter.consumer()).isEqualTo(TestConsumer.NAME);
        assertThat(letter.reason()).contains("a bug");
        assertThat(applied(backup)).isEmpty();
        assertThat(doubted()).isTrue();

        assertThatThrownBy(() -> replay.replay(letter.id(), "principal/operator"))
                .isInstanceOf(Problem.class);
        consumer.mend(true);
        assertThat(replay.replay(letter.id(), "principal/operator").state()).isEqualTo("replayed");
        assertThat(applied(backup)).containsExactly(1L);
        assertThat(doubted()).isFalse();
    }

    @Test
    void theEndOfAKeyIsNothingToWorryAbout() {
        kafka.send("lifeboat.fleet", "cluster/" + cluster, null);
        kafka.send(
                "lifeboat.fleet",
                "cluster/" + cluster,
                TestEvents.clusterRemoved(cluster).bytes());

        await().untilAsserted(() -> assertThat(database.<Long>inTransaction(
                        handle -> handle.createQuery("select count(*) from known_cluster where name = :name")
                                .bind("name", cluster)
                                .mapTo(Long.class)
                                .one()))
                .isEqualTo(1));
        assertThat(letters()).isEmpty();
    }

    private void send(String key, byte[] value) {
        kafka.send(TOPIC, "cluster/" + key, value);
    }

    /** Until all that was sent with this key is dealt with. */
    private void awaitBehind(String key) {
        UUID last = UUID.randomUUID();
        send(key, TestEvents.started(key, last, 1).bytes());
        await().untilAsserted(() -> assertThat(applied(last)).containsExactly(1L));
    }

    private List<Long> applied(UUID id) {
        return database.inTransaction(
                handle -> handle.createQuery("select version from applied where subject = :subject order by position")
                        .bind("subject", "backup/" + id)
                        .mapTo(Long.class)
                        .list());
    }

    private DeadLetter onlyLetter() {
        List<DeadLetter> letters = letters();
        assertThat(letters).hasSize(1);
        return letters.getFirst();
    }

    private List<DeadLetter> letters() {
        return database.inTransaction(handle -> DeadLetterTable.list(handle, null, null, 500)).stream()
                .filter(letter -> ("cluster/" + cluster).equals(letter.key()))
                .toList();
    }

    private boolean doubted() {
        return database.inTransaction(
                handle -> SuspectReadModels.doubts(handle, TestConsumer.NAME, "cluster/" + cluster));
    }

    private long kept() {
        return count("select count(*) from unknown_event where record_key = :key", "cluster/" + cluster);
    }

    private long parked() {
        return count("select count(*) from parked_event where subject = :key", "backup/" + backup);
    }

    private long count(String query, String key) {
        return database.inTransaction(handle ->
                handle.createQuery(query).bind("key", key).mapTo(Long.class).one());
    }

    private static String header(org.apache.kafka.clients.consumer.ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
