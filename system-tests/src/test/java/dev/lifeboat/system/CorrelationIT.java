package dev.lifeboat.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.local.stack.PartName;
import dev.lifeboat.system.stack.Environments;
import dev.lifeboat.system.stack.Gate;
import dev.lifeboat.system.stack.Run;
import dev.lifeboat.system.stack.Source;
import dev.lifeboat.system.stack.SystemStack;
import dev.lifeboat.system.stack.TableLock;
import dev.lifeboat.system.stack.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** One request's id is found wherever its story goes: requests, logs, events, tools. */
@Order(70)
class CorrelationIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VARIABLE = "LIFEBOAT_CORRELATION_ID=";

    private final SystemStack stack = SystemStack.shared();
    private final Topics topics = new Topics(stack);

    @Test
    void aStoryCanBeFollowedThroughAllServicesEventsAndTools() throws IOException {
        // Given requests that carry an id
        String backupStory = "system-test/backup-" + System.nanoTime();
        String drillStory = "system-test/drill-" + System.nanoTime();
        Gate gate = Gate.in(stack, "told");
        Source source = Source.named(stack, "told")
                .withOrders(500)
                .with(gate.functions())
                .with("create index on orders (public.gate(order_id))")
                .declare();
        LifeboatApi operator = stack.operator();

        // When a backup and a drill are asked for
        Run backup;
        try (TableLock lock = TableLock.on(stack, source.database(), "orders")) {
            backup = Run.backup(operator.correlatedBy(backupStory), source.cluster(), "dumps");
            lock.awaitDump();
            awaitTool("pg_dump", backupStory);
        }
        backup.awaitEnd();
        gate.close();
        Run drill = Run.drill(operator.correlatedBy(drillStory), source.cluster(), backup);
        gate.awaitSomebody();
        awaitTool("pg_restore", drillStory);
        gate.open();
        JsonNode ended = drill.awaitEnd();
        assertThat(ended.path("verdict").asText()).as(ended.toPrettyString()).isEqualTo("passed");

        // Then each event of theirs says to which story it belongs
        assertThat(storiesOf("lifeboat.backups", source, backup)).containsOnly(backupStory);
        assertThat(storiesOf("lifeboat.recoveries", source, drill)).containsOnly(drillStory);
        assertThat(storiesOf("lifeboat.verifications", source, drill)).containsOnly(drillStory);
        // And so do the logs of all who took part
        assertThat(linesOf(PartName.BACKUP, backupStory)).isNotEmpty();
        for (PartName service : PartName.SERVICES) {
            assertThat(linesOf(service, drillStory)).as(service.text()).isNotEmpty();
        }
    }

    private static void awaitTool(String program, String story) {
        await(program + " that was told its story")
                .until(() -> Environments.of(program).contains(VARIABLE + story));
    }

    private List<String> storiesOf(String topic, Source source, Run run) {
        List<String> stories = topics.about(topic, source.cluster()).stream()
                .map(Topics::event)
                .filter(event -> event.path("data").toString().contains(run.id()))
                .map(event -> event.path("correlationid").asText())
                .toList();
        assertThat(stories).as("%s about %s", topic, run.id()).isNotEmpty();
        return stories;
    }

    /** Every line of a service's log is JSON, but for what its JVM says before there is a log. */
    private List<String> linesOf(PartName service, String story) throws IOException {
        return Files.readString(stack.part(service).log())
                .lines()
                .filter(line -> line.startsWith("{"))
                .filter(line -> story.equals(read(line).at("/mdc/correlationId").asText()))
                .toList();
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }
}
