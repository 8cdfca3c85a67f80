package dev.lifeboat.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.stack.PartName;
import dev.lifeboat.local.stack.ServiceProcess;
import dev.lifeboat.system.stack.Bucket;
import dev.lifeboat.system.stack.LedgerBook;
import dev.lifeboat.system.stack.Leftovers;
import dev.lifeboat.system.stack.Run;
import dev.lifeboat.system.stack.Source;
import dev.lifeboat.system.stack.SystemStack;
import dev.lifeboat.system.stack.TableLock;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** An owner that was stopped, replaced and continued changes nothing. */
@Order(40)
class SecondInstanceIT {
    private final SystemStack stack = SystemStack.shared();

    @Test
    void aDumpWhoseOwnerSleepsIsTakenByAnotherOnce() throws Exception {
        // Given a dump that is under way and cannot end
        Source source = Source.named(stack, "replaced").withOrders(2_000).declare();
        int port = Ports.free();
        ServiceProcess second = stack.plan().another(PartName.BACKUP, port);
        LifeboatApi there = stack.operator().at(URI.create("http://127.0.0.1:" + port));
        Run backup;
        JsonNode ended;
        try (TableLock lock = TableLock.on(stack, source.database(), "orders")) {
            backup = Run.backup(stack.operator(), source.cluster(), "dumps");
            lock.awaitDump();

            // When its owner is stopped and another instance comes
            stack.part(PartName.BACKUP).pause();
            second.start(Lifetime.OF_THIS_JVM);
            backup.by(there).await("another attempt", now -> now.path("attempt").asInt() == 2);
        }
        try {
            // Then that one takes the dump
            ended = backup.by(there).awaitEnd();
            assertThat(ended.path("state").asText()).as(ended.toPrettyString()).isEqualTo("completed");
            List<String> stored = keysOf(backup);
            assertThat(stored).isNotEmpty().allMatch(key -> key.contains("/2/") || key.endsWith("/manifest.json"));

            // When the first goes on, and sees that it is not the owner any more
            stack.part(PartName.BACKUP).resume();
            await("the first owner to stop")
                    .until(() -> Files.readString(stack.part(PartName.BACKUP).log())
                            .lines()
                            .anyMatch(line -> line.contains(backup.id()) && line.contains("somebody else owns it")));

            // Then nothing is different
            assertThat(backup.now()).isEqualTo(ended);
            assertThat(keysOf(backup)).isEqualTo(stored);
        } finally {
            stack.part(PartName.BACKUP).resume();
            second.stop();
        }
        LedgerBook ledger = new LedgerBook(stack);
        await("its entry")
                .until(() -> !ledger.entriesOf("backup/" + backup.id()).isEmpty());
        assertThat(ledger.entriesOf("backup/" + backup.id())).hasSize(1);
        new Leftovers(stack).requireNone();
    }

    private List<String> keysOf(Run backup) {
        try (Bucket east = Bucket.of(stack, "east")) {
            return east.keys().stream()
                    .filter(key -> key.contains("/dump/" + backup.id() + "/"))
                    .toList();
        }
    }
}
