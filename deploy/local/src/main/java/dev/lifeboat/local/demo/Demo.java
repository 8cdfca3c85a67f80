package dev.lifeboat.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.local.api.RunningStack;
import dev.lifeboat.local.api.RunningStack.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A real shop, backed up two ways, restored for real, checked, measured and recorded; then a damaged copy that must be
 * found. Each thing that did not hold is counted.
 */
public final class Demo {
    private final RunningStack stack;
    private final Teller teller;
    private final InstantSource clock;
    private final LifeboatApi operator;
    private final Runs runs;
    private final List<EvidencePage.Shown> shown = new ArrayList<>();
    private String window = "";
    private final Expectations expectations;

    /** A demo on a running stack with its sample cluster. */
    public Demo(RunningStack stack, boolean terminal, InstantSource clock) {
        this.stack = stack;
        this.clock = clock;
        this.teller = new Teller(System.out, terminal, clock);
        this.operator = stack.as("operator");
        this.runs = new Runs(operator, teller, clock);
        this.expectations = new Expectations(teller);
    }

    /**
     * Runs it.
     *
     * @return what did not hold; empty when all did
     */
    public List<String> run() throws IOException {
        Path folder = Files.createDirectories(stack.home().resolve("demo"));
        PostgresServer server = stack.postgres("shop");
        SampleShop shop = new SampleShop(server, folder, "shop", SampleShop.Size.OF_THE_DEMO);
        openShop(shop);
        Process writer = shop.keepSelling();
        try {
            declare(server, shop);
            JsonNode full = backUpByHand(shop);
            JsonNode byClock = backUpBySchedule();
            prove(full, byClock);
            findDamage();
            bringASecondBack(shop);
        } finally {
            writer.destroy();
        }
        end(folder);
        return expectations.broken();
    }

    private void openShop(SampleShop shop) {
        teller.chapter("A shop: customers, orders, payments, and people who keep buying");
        if (!shop.exists()) {
            teller.moving("filling the database");
            shop.create();
        }
        teller.fact("database shop: " + Teller.megabytes(shop.bytes()) + ", " + shop.payments()
                + " payments, 20 more each second");
    }

    private void declare(PostgresServer server, SampleShop shop) throws IOException {
        teller.chapter("Declare it: what is backed up, when, and what is promised");
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        shop.grantLifeboat(password);
        Path secret = stack.secretsDirectory().resolve("demo-shop-password");
        Files.deleteIfExists(secret);
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, password);
        declare(server, "shop");
        teller.fact("and the same server once more, to be streamed:");
        declare(server, AnySecond.CLUSTER);
    }

    private void declare(PostgresServer server, String cluster) {
        String yaml = SampleShop.resource(cluster + ".yaml")
                .replace("${host}", server.host())
                .replace("${port}", Integer.toString(server.port()))
                .replace("${dataDirectory}", server.dataDirectory().toString());
        LifeboatApi.Answer answer = operator.putYaml("backup", "/api/v1/clusters/" + cluster, yaml);
        expect(
                answer.status() == 200 || answer.status() == 201,
                "cluster " + cluster + " is declared (status " + answer.status() + ")");
        if (answer.status() >= 400) {
            teller.failure(answer.body());
        }
        for (JsonNode warning : answer.body().path("warnings")) {
            teller.fact("note: " + warning.path("message").asText(warning.toString()));
        }
    }

    private JsonNode backUpByHand(SampleShop shop) {
        teller.chapter("Back it up with pgBackRest, by request");
        JsonNode full = runs.backup("shop", "{\"policy\":\"full\"}");
        backupHolds(full, "pgBackRest full");
        teller.fact("database " + Teller.megabytes(full.path("databaseBytes").asLong(shop.bytes())) + ", stored "
                + Teller.megabytes(full.path("storedBytes").asLong()));
        return full;
    }

    private JsonNode backUpBySchedule() {
        teller.chapter("Back it up with pg_dump, by its schedule (each minute)");
        JsonNode dump = runs.scheduled("shop", "minutes", clock.instant().minusSeconds(1));
        backupHolds(dump, "scheduled dump, due " + dump.path("dueAt").asText());
        return dump;
    }

    private void backupHolds(JsonNode backup, String what) {
        boolean completed = "completed".equals(backup.path("state").asText());
        expect(completed, what + " " + backup.path("state").asText());
        if (!completed) {
            teller.failure(backup.path("failure"));
        }
    }

    private void prove(JsonNode full, JsonNode dump) {
        for (JsonNode backup : List.of(full, dump)) {
            String method = backup.path("method").asText();
            teller.chapter("Restore the " + method + " backup for real, and look at what came up");
            JsonNode drill = runs.drill("{\"cluster\":\"shop\",\"kind\":\"restore-test\",\"method\":\"" + method
                    + "\",\"backupId\":\"" + id(backup) + "\"}");
            passed(drill, "the " + method + " drill");
            shown.add(new EvidencePage.Shown("Restore test, " + method, drill));
        }
    }

    private void passed(JsonNode drill, String what) {
        numbers(drill);
        expect(
                "passed".equals(drill.path("verdict").asText()),
                "verdict of " + what + ": " + drill.path("verdict").asText() + reason(drill));
        expect(
                drill.path("evidence").hasNonNull("sequence"),
                "recorded in the ledger as entry "
                        + drill.path("evidence").path("sequence").asText());
    }

    private void bringASecondBack(SampleShop shop) {
        AnySecond.Story story = new AnySecond(shop, runs, teller, expectations).play();
        JsonNode reached = story.drill().path("target").path("reached");
        JsonNode markers = reached.path("markers");
        teller.fact("wanted", story.wanted().toString());
        teller.fact("there", "last commit " + reached.path("lastCommitAt").asText("none"));
        teller.fact(
                "not there", "next commit " + reached.path("stop").path("at").asText("none"));
        expect(
                markers.path("beforeThere").asBoolean(false),
                "marker of " + markers.path("before").path("writtenAt").asText("?") + " is there");
        expect(
                !markers.path("afterThere").asBoolean(true),
                "marker of " + markers.path("after").path("writtenAt").asText("?") + " is not");
        passed(story.drill(), "the drill to that second");
        shown.add(new EvidencePage.Shown("Point in time: the second before the mistake", story.drill()));
        window = WindowPicture.of(story);
    }

    private void findDamage() {
        teller.chapter("One bit of a stored dump turns over. Will a drill notice?");
        JsonNode dump = runs.backup("shop", "{\"method\":\"dump\",\"databases\":[\"shop\"],\"format\":\"custom\"}");
        backupHolds(dump, "another dump");
        teller.fact("bit turned in "
                + shorten(BitRot.strike(Path.of(stack.text("/repositories/east/directory")), id(dump))));
        JsonNode drill =
                runs.drill("{\"cluster\":\"shop\",\"kind\":\"restore-test\",\"method\":\"dump\",\"backupId\":\""
                        + id(dump) + "\"}");
        expect(
                "failed".equals(drill.path("verdict").asText()),
                "verdict: " + drill.path("verdict").asText());
        expect(drill.path("reason").asText("").contains("bytes were altered"), "for the right reason" + reason(drill));
        shown.add(new EvidencePage.Shown("Restore test of a damaged dump", drill));
    }

    private void numbers(JsonNode drill) {
        double longest = 0;
        for (JsonNode phase : drill.path("phases")) {
            longest = Math.max(longest, EvidencePage.seconds(phase));
        }
        for (JsonNode phase : drill.path("phases")) {
            teller.bar(phase.path("name").asText(), EvidencePage.seconds(phase), longest);
        }
        teller.fact("RTO", EvidencePage.measure(drill.path("rto")));
        teller.fact("RPO", EvidencePage.measure(drill.path("rpo")));
    }

    private void end(Path folder) throws IOException {
        teller.chapter("Evidence");
        Path page = folder.resolve("evidence.html");
        Files.writeString(page, EvidencePage.render(clock.instant().toString(), window, shown));
        teller.fact("page:", page.toAbsolutePath().toString());
        teller.fact("ledger:", "GET " + stack.service("verifier") + "/api/v1/ledger");
        teller.fact(
                "tokens:", stack.home().resolve("stack.json").toAbsolutePath().toString());
        teller.fact("API:", stack.service("backup") + "/q/openapi");
        teller.fact("stop all:", "make down");
        List<String> broken = expectations.broken();
        for (String what : broken) {
            teller.bad(what);
        }
        teller.fact((broken.isEmpty() ? "Everything held." : broken.size() + " thing(s) did not hold.") + " "
                + teller.elapsed());
    }

    private void expect(boolean holds, String what) {
        expectations.expect(holds, what);
    }

    private static String reason(JsonNode drill) {
        return drill.hasNonNull("reason") ? ": " + drill.path("reason").asText() : "";
    }

    private static String id(JsonNode backup) {
        return backup.path("backupId").asText(backup.path("id").asText());
    }

    private static String shorten(String key) {
        return key.length() <= 60 ? key : "…" + key.substring(key.length() - 59);
    }
}
