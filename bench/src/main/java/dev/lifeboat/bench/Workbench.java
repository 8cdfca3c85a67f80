package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.PostgresPrograms;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.local.api.RunningStack;
import dev.lifeboat.local.api.RunningStack.PostgresServer;
import dev.lifeboat.local.demo.SampleShop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A stack of its own, its shop, and the ways to measure them. */
final class Workbench {
    private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled", "skipped");
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path checkout;
    private final Path folder;
    private final int rounds;
    private final int factor;
    private final Programs programs;
    private RunningStack stack;
    private boolean declared;

    /**
     * @param checkout the built tree
     * @param rounds how often each thing is done
     * @param factor size of the large shop in shops of the demo (some 200 MB each)
     */
    Workbench(Path checkout, int rounds, int factor) throws IOException {
        this.checkout = checkout;
        this.folder = Files.createDirectories(checkout.resolve("target/bench/work"));
        this.rounds = rounds;
        this.factor = factor;
        this.programs = new Programs(folder);
    }

    Path checkout() {
        return checkout;
    }

    Path folder() {
        return folder;
    }

    int rounds() {
        return rounds;
    }

    Programs programs() {
        return programs;
    }

    RunningStack stack() {
        return stack;
    }

    /** The stack's folder, which its servers can enter. */
    Path home() {
        return Path.of("/var/tmp/lifeboat-bench-" + ProcessHandle.current().pid());
    }

    /** Environment of the stack's commands: its own folder, its own ports. */
    Map<String, String> environment() {
        return Map.of("LIFEBOAT_HOME", home().toString(), "LIFEBOAT_PORT_BASE", "27000");
    }

    void local(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("bin/lifeboat-local").toString()));
        command.addAll(List.of(arguments));
        programs.run(command, environment());
    }

    /** From now on the stack ends with this process, however that ends. */
    void up() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::removeIfThere));
        local("up", "--samples");
        stack = RunningStack.in(home());
    }

    /** Ends the stack and removes all that it stored. */
    void remove() throws IOException, InterruptedException {
        local("down");
        programs.run(List.of("rm", "-rf", home().toString()), Map.of());
    }

    private void removeIfThere() {
        if (!Files.exists(home())) {
            return;
        }
        try {
            remove();
        } catch (IOException | LocalStackException e) {
            System.err.println("the stack in " + home() + " could not be removed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The shop, small (some 200 MB) or large. */
    SampleShop shop(boolean large) throws IOException {
        PostgresServer server = stack.postgres("shop");
        SampleShop shop = new SampleShop(
                server,
                folder,
                large ? "large" : "small",
                large ? SampleShop.Size.OF_THE_DEMO.times(factor) : SampleShop.Size.OF_THE_DEMO);
        if (!shop.exists()) {
            say("filling database " + (large ? "large" : "small"));
            shop.create();
        }
        return shop;
    }

    /** The large shop, filled and declared; what is measured before has an idle stack. */
    SampleShop declared() throws IOException {
        SampleShop shop = shop(true);
        if (!declared) {
            grant(shop);
            declare("bench", "/bench/shop.yaml");
            declared = true;
        }
        return shop;
    }

    private void grant(SampleShop shop) throws IOException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        shop.grantLifeboat(password);
        Path secret = stack.secretsDirectory().resolve("bench-password");
        Files.deleteIfExists(secret);
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, password);
    }

    /** Declares the sample server; the large shop is declared already. */
    void declare(String cluster, String resource) throws IOException {
        PostgresServer server = stack.postgres("shop");
        try (InputStream in = Workbench.class.getResourceAsStream(resource)) {
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${host}", server.host())
                    .replace("${port}", Integer.toString(server.port()))
                    .replace("${dataDirectory}", server.dataDirectory().toString());
            LifeboatApi.Answer answer = operator().putYaml("backup", "/api/v1/clusters/" + cluster, yaml);
            if (answer.status() >= 300) {
                throw new LocalStackException(
                        "bench-declaration-refused", "status 201", answer.body().toString(), "mend " + resource);
            }
        }
    }

    LifeboatApi operator() {
        return stack.as("operator");
    }

    /** Asks for a backup, and follows it until it is completed. */
    JsonNode takeBackup(String cluster, String body) {
        String id = ask("backup", "/api/v1/clusters/" + cluster + "/backups", body);
        return await("backup", "/api/v1/backups/" + id, "state", "completed");
    }

    /** Asks for a drill, and follows it until its verdict is there, and passed. */
    JsonNode drill(String body) {
        String id = ask("restore", "/api/v1/drills", body);
        return await("restore", "/api/v1/drills/" + id, "verdict", "passed");
    }

    private String ask(String service, String path, String body) {
        String location = operator().post(service, path, body).expect(202).location();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private JsonNode await(String service, String path, String field, String wanted) {
        while (true) {
            JsonNode now = operator().get(service, path).expect(200).body();
            if (ENDED.contains(now.path("state").asText()) && now.hasNonNull(field)) {
                if (!now.path(field).asText().equals(wanted)) {
                    throw new LocalStackException(
                            "bench-run-failed",
                            field + " " + wanted,
                            now.toPrettyString(),
                            "look at the services' logs in " + home());
                }
                return now;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** Takes a backup; seconds from the request until its end is seen. */
    double backup(String body) {
        long begin = System.nanoTime();
        takeBackup("bench", body);
        return since(begin);
    }

    /** A query on the sample server, as its superuser. */
    String query(String database, String sql) throws IOException, InterruptedException {
        return programs.run(
                        List.of(
                                PostgresPrograms.program("psql"),
                                "--no-psqlrc",
                                "--tuples-only",
                                "--no-align",
                                "--dbname=" + database,
                                "--command=" + sql),
                        server())
                .strip();
    }

    /** How tools reach the sample server. */
    Map<String, String> server() {
        PostgresServer server = stack.postgres("shop");
        return Map.of(
                "PGHOST", server.host(),
                "PGPORT", Integer.toString(server.port()),
                "PGUSER", server.user(),
                "PGPASSWORD", server.password());
    }

    long pid(String part) {
        return Long.parseLong(stack.text("/processes/" + part + "/pid"));
    }

    static double since(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    static void say(String format, Object... arguments) {
        System.out.println("  " + String.format(Locale.ROOT, format, arguments));
    }
}
