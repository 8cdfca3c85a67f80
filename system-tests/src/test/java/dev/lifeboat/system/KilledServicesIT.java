package dev.lifeboat.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.stack.PartName;
import dev.lifeboat.system.stack.Bucket;
import dev.lifeboat.system.stack.CommandLines;
import dev.lifeboat.system.stack.Gate;
import dev.lifeboat.system.stack.LedgerBook;
import dev.lifeboat.system.stack.Leftovers;
import dev.lifeboat.system.stack.Run;
import dev.lifeboat.system.stack.Source;
import dev.lifeboat.system.stack.SystemStack;
import dev.lifeboat.system.stack.TableLock;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A service is killed (SIGKILL) in the middle of its work and started again: the work is done, once, and nothing is left. */
@Order(30)
class KilledServicesIT {
    private final SystemStack stack = SystemStack.shared();
    private final LedgerBook ledger = new LedgerBook(stack);

    @Test
    @Order(1)
    void backupServiceDuringADump() {
        // Given a dump that is under way and cannot end
        Source source = Source.named(stack, "killedbackup").withOrders(2_000).declare();
        Run backup;
        try (TableLock lock = TableLock.on(stack, source.database(), "orders")) {
            backup = Run.backup(stack.operator(), source.cluster(), "dumps");
            lock.awaitDump();

            // When the service is killed
            stack.part(PartName.BACKUP).kill();

            // Then its tools end with it
            await("pg_dump to end").atMost(Duration.ofSeconds(60)).until(() -> CommandLines.now().stream()
                    .noneMatch(line -> line.contains(
                            stack.plan().workDirectory(PartName.BACKUP).toString())));
        }

        // When it is started again
        stack.bringUp();
        JsonNode ended = backup.awaitEnd();

        // Then the dump is taken by the second attempt, of which alone there is data
        assertThat(ended.path("state").asText()).as(ended.toPrettyString()).isEqualTo("completed");
        assertThat(ended.path("attempt").asInt()).isEqualTo(2);
        try (Bucket east = Bucket.of(stack, "east")) {
            assertThat(east.keys())
                    .filteredOn(key -> key.contains("/dump/" + backup.id() + "/"))
                    .isNotEmpty()
                    .allMatch(key -> key.contains("/" + backup.id() + "/2/") || key.endsWith("/manifest.json"));
        }
        await("its entry").until(() -> ledger.entriesOf("backup/" + backup.id()).size() == 1);
        new Leftovers(stack).requireNone();
        // And it is a backup like any other
        assertPassed(Run.drill(stack.operator(), source.cluster(), backup));
    }

    @Test
    @Order(2)
    void restoreServiceDuringARestore() {
        // Given a restore that is under way and cannot end
        Gate gate = Gate.in(stack, "killedrestore");
        Source source = Source.named(stack, "killedrestore")
                .withOrders(2_000)
                .with(gate.functions())
                .with("create index on orders (public.gate(order_id))")
                .declare();
        Run backup = Run.backup(stack.operator(), source.cluster(), "dumps");
        backup.awaitEnd();
        gate.close();
        Run drill = Run.drill(stack.operator(), source.cluster(), backup);
        gate.awaitSomebody();
        assertThat(drill.now().path("state").asText()).isEqualTo("restoring");

        // When the service is killed, and started again
        stack.part(PartName.RESTORE).kill();
        gate.open();
        stack.bringUp();

        // Then another attempt restores in a new sandbox
        JsonNode ended = assertPassed(drill);
        assertThat(ended.path("attempt").asInt()).isEqualTo(2);
    }

    @Test
    @Order(3)
    void verifierDuringChecks() {
        // Given checks that are under way and cannot end
        Gate gate = Gate.in(stack, "killedverifier");
        Source source = Source.named(stack, "killedverifier")
                .withOrders(2_000)
                .with(gate.functions())
                .asserting("the gate is passed", "select public.gate(7)", "7")
                .declare();
        Run backup = Run.backup(stack.operator(), source.cluster(), "dumps");
        backup.awaitEnd();
        gate.close();
        Run drill = Run.drill(stack.operator(), source.cluster(), backup);
        gate.awaitSomebody();
        assertThat(drill.now().path("state").asText()).isEqualTo("verifying");

        // When the verifier is killed, and started again
        stack.part(PartName.VERIFIER).kill();
        gate.open();
        stack.bringUp();

        // Then the same sandbox is checked, from the beginning
        JsonNode ended = assertPassed(drill);
        assertThat(ended.path("attempt").asInt()).isEqualTo(1);
        assertThat(ended.path("checks"))
                .extracting(check -> check.path("name").asText())
                .contains("sql/the gate is passed", "sql/all orders")
                .doesNotHaveDuplicates();
    }

    private JsonNode assertPassed(Run drill) {
        JsonNode ended = drill.awaitEnd();
        assertThat(ended.path("verdict").asText()).as(ended.toPrettyString()).isEqualTo("passed");
        assertThat(ended.at("/tornDown/leftovers")).isEmpty();
        assertThat(ledger.entriesOf("drill/" + drill.id()))
                .containsExactly(ended.at("/evidence/sequence").asLong());
        new Leftovers(stack).requireNone();
        return ended;
    }
}
