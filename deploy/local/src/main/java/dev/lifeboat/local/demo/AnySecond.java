package dev.lifeboat.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The second act: the same server once more, with nothing of ours on its host. Its WAL is streamed as it is written, its
 * files come over the replication protocol; then somebody forgets a WHERE, and the second before it is brought back.
 */
final class AnySecond {
    /** The same server under another name: a cluster ships its WAL in one way. */
    static final String CLUSTER = "shop-stream";

    private final SampleShop shop;
    private final Runs runs;
    private final Teller teller;
    private final Expectations expectations;

    AnySecond(SampleShop shop, Runs runs, Teller teller, Expectations expectations) {
        this.shop = shop;
        this.runs = runs;
        this.teller = teller;
        this.expectations = expectations;
    }

    /** What the page shows of it. */
    record Story(JsonNode drill, JsonNode window, Instant wanted, SampleShop.Mistake mistake) {}

    Story play() {
        teller.chapter("Stream its WAL to the bucket, and copy its files over the wire");
        JsonNode stream = runs.streaming(CLUSTER);
        expectations.expect(
                "streaming".equals(stream.path("state").asText()),
                "WAL is streamed into " + stream.path("repository").asText("the repository"));
        JsonNode backup = runs.backup(CLUSTER, "{\"policy\":\"files\"}");
        expectations.expect(
                "completed".equals(backup.path("state").asText()),
                "physical backup " + backup.path("state").asText());
        teller.fact("database " + Teller.megabytes(backup.path("databaseBytes").asLong()) + ", stored "
                + Teller.megabytes(backup.path("storedBytes").asLong()));

        teller.chapter("Somebody forgets a WHERE: the stock is gone");
        SampleShop.Mistake mistake = shop.forgetWhere();
        try {
            return recover(mistake);
        } finally {
            shop.restock();
        }
    }

    private Story recover(SampleShop.Mistake mistake) {
        Instant wanted = mistake.before().truncatedTo(ChronoUnit.MILLIS);
        teller.fact("mistake", mistake.at() + ", " + mistake.rows() + " rows: UPDATE stock SET \"how many?\" = 0");
        teller.fact("wanted", wanted + ", the second before");
        JsonNode window = runs.reaching(CLUSTER, mistake.at());
        JsonNode newest = window.path("newest");
        expectations.expect(
                newest.path("met").asBoolean(),
                "the bucket reaches " + newest.path("at").asText() + ": if the server were lost now, "
                        + EvidencePage.measure(loss(newest)));

        teller.chapter("Bring that second back, in a sandbox");
        JsonNode drill = runs.drill("{\"cluster\":\"" + CLUSTER
                + "\",\"kind\":\"point-in-time\",\"method\":\"physical\",\"target\":{\"type\":\"time\",\"value\":\""
                + wanted + "\"}}");
        return new Story(drill, window, wanted, mistake);
    }

    private static JsonNode loss(JsonNode newest) {
        return ((com.fasterxml.jackson.databind.node.ObjectNode) newest.deepCopy()).set("measured", newest.path("age"));
    }
}
