package dev.lifeboat.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.system.stack.LedgerBook;
import dev.lifeboat.system.stack.Leftovers;
import dev.lifeboat.system.stack.Run;
import dev.lifeboat.system.stack.Source;
import dev.lifeboat.system.stack.SystemStack;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** From a declaration to evidence that holds without us. */
@Order(10)
class ThreadIT {
    private final SystemStack stack = SystemStack.shared();

    @Test
    @Order(1)
    void aDumpIsProvenAndTheEvidenceVerifiesOffline() {
        // Given a declared database and a dump of it
        Source shop = Source.named(stack, "thread")
                .withOrders(5_000)
                .with("create index on orders (note)", "create sequence numbers start 17", "select nextval('numbers')")
                .declare();
        Run backup = Run.backup(stack.operator(), shop.cluster(), "dumps");
        assertThat(backup.awaitEnd().path("state").asText()).isEqualTo("completed");

        // When it is rehearsed
        Run drill = Run.drill(stack.operator(), shop.cluster(), backup);
        JsonNode ended = drill.awaitEnd();

        // Then all of it was looked at, found right, and measured
        assertThat(ended.path("verdict").asText()).as(ended.toPrettyString()).isEqualTo("passed");
        assertThat(ended.path("checks"))
                .isNotEmpty()
                .noneMatch(check -> check.path("verdict").asText().equals("inconclusive"));
        assertThat(ended.path("checks"))
                .extracting(check -> check.path("name").asText())
                .contains("sql/all orders");
        assertThat(ended.at("/rto/measured").asText()).startsWith("PT");
        assertThat(ended.at("/rto/met").asBoolean()).isTrue();
        assertThat(ended.path("phases"))
                .extracting(phase -> phase.path("name").asText())
                .contains("planning", "provisioning", "restoring", "verifying");

        assertEvidence(backup, drill, ended);
    }

    @Test
    @Order(2)
    void aPgBackRestSetIsProvenAndTheEvidenceVerifiesOffline() {
        // Given a server of which pgBackRest took everything, by a role that may just do that
        Source shop = Source.named(stack, "physical")
                .withOrders(5_000)
                .withPgBackRest()
                .declare();
        Run backup = Run.backup(stack.operator(), shop.cluster(), "full");
        JsonNode taken = backup.awaitEnd();
        assertThat(taken.path("state").asText()).as(taken.toPrettyString()).isEqualTo("completed");

        // When it is rehearsed
        Run drill = Run.drill(stack.operator(), shop.cluster(), backup);
        JsonNode ended = drill.awaitEnd();

        // Then it is found right
        assertThat(ended.path("verdict").asText()).as(ended.toPrettyString()).isEqualTo("passed");
        assertThat(ended.path("checks"))
                .filteredOn(check -> check.path("verdict").asText().equals("passed"))
                .extracting(check -> check.path("name").asText())
                .contains("sql/all orders", "page-checksums", "archive-isolation", "amcheck");
        assertEvidence(backup, drill, ended);
    }

    @Test
    @Order(3)
    void aStanzaThatWasThereBeforeIsAdoptedAndProven() {
        // Given a stanza in the bucket, of which this declaration knows nothing
        String path = "clusters/physical/"
                + stack.operator()
                        .get("backup", "/api/v1/clusters/physical")
                        .expect(200)
                        .body()
                        .path("id")
                        .asText()
                + "/pgbackrest";
        Source heir = Source.named(stack, "heir").declare();

        // When it is adopted, and what it holds is rehearsed
        JsonNode adopted = stack.operator()
                .post(
                        "backup",
                        "/api/v1/clusters/" + heir.cluster() + "/adoptions",
                        "{\"repository\":\"east\",\"stanza\":\"physical\",\"path\":\"" + path + "\"}")
                .expect(200)
                .body();
        Run backup =
                Run.knownBackup(stack.operator(), adopted.at("/backups/0/id").asText());
        Run.awaitKnown(stack.operator(), heir.cluster(), backup);
        Run drill = Run.drill(stack.operator(), heir.cluster(), backup);
        JsonNode ended = drill.awaitEnd();

        // Then it comes back, and what nobody recorded when it was taken is not called right
        assertThat(ended.path("verdict").asText()).as(ended.toPrettyString()).isEqualTo("passed");
        assertThat(ended.path("checks"))
                .filteredOn(check -> check.path("verdict").asText().equals("passed"))
                .extracting(check -> check.path("name").asText())
                .contains("server-starts", "page-checksums", "archive-isolation", "amcheck");
        assertThat(ended.path("checks"))
                .filteredOn(check -> check.path("name").asText().startsWith("inventory"))
                .isNotEmpty()
                .allMatch(check -> check.path("verdict").asText().equals("not-applicable"));
        assertEvidence(backup, drill, ended);
    }

    /** Backup and drill have one entry each, which stand in a ledger that verifies offline. */
    private void assertEvidence(Run backup, Run drill, JsonNode ended) {
        LedgerBook ledger = new LedgerBook(stack);
        assertThat(ledger.entriesOf("backup/" + backup.id())).hasSize(1);
        assertThat(ledger.entriesOf("drill/" + drill.id()))
                .containsExactly(ended.at("/evidence/sequence").asLong());
        LedgerBook.Said said = ledger.verifyOffline();
        assertThat(said.output()).startsWith("holds: ");
        assertThat(said.exit()).isZero();
        new Leftovers(stack).requireNone();
    }
}
