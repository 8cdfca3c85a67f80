package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PackagedService;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The work folder's file system runs full while a backup is restored: a small one of its own, which only root may make.
 * That is the host's lack and no judgement on the backup.
 */
class DiskFullIT {
    /** Just above what the plan asks for beside the data. */
    private static final String SIZE = "640m";

    /** What the restore may take while the rest is being filled. */
    private static final long LEFT_AT_FIRST = 24L << 20;

    private static PinServer pins;
    private static PackagedService service;
    private static Path work;
    private static int portBefore;

    private final Events events = new Events();
    private final Shop shop = Shop.shared();
    private final String cluster = "full-" + Long.toHexString(System.nanoTime());

    @BeforeAll
    static void start() throws Exception {
        portBefore = RestAssured.port;
        assumeThat(mayMount()).as("may mount a file system of its own").isTrue();
        pins = PinServer.start(RealParts.token(Roles.SERVICE));
        Map<String, String> settings = RealParts.settings(pins);
        settings.put("lifeboat.recovery.retry-after", "PT1S");
        work = Files.createDirectories(Path.of(settings.get("lifeboat.work-directory")));
        service = new PackagedService(
                "restore-service",
                LocalParts.shared().newFolder("service-process"),
                settings,
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o mode=711,size=" + SIZE + " tmpfs \"$0\" && exec \"$@\"",
                        work.toString()));
        service.start();
        RestAssured.port = service.port();
    }

    @AfterAll
    static void stop() throws Exception {
        RestAssured.port = portBefore;
        if (service != null) {
            service.stop();
            pins.close();
        }
    }

    @AfterEach
    void makeRoom() throws IOException {
        Files.deleteIfExists(filler());
    }

    @Test
    void whileADumpIsRestored() throws Exception {
        assumeThat(Boolean.getBoolean("lifeboat.soak"))
                .as("make soak also fills the disk under a dump")
                .isTrue();
        UUID clusterId = shop.declare(events, cluster, List.of());
        shop.server().execute("shop", Shop.SLOW_INDEX.toArray(String[]::new));
        shop.dump(events, cluster, clusterId, "custom", List.of("shop"));
        shop.server().execute("shop", "set default_transaction_read_only = off", "drop index slow");

        assertEndsInOneClearError(Api.drill(Map.of("cluster", cluster, "method", "dump")));
    }

    @Test
    void whileASetOfPgBackRestIsRestored() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        PgBackRestShop source = PgBackRestShop.start(shop, cluster, clusterId);
        source.archived("create table t (id int)");
        source.backup(events, shop, "full");

        assertEndsInOneClearError(Api.drill(Map.of("cluster", cluster, "method", "pgbackrest")));
    }

    private void assertEndsInOneClearError(String drill) throws Exception {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Api.cameTo(Api.now(drill), "restoring"));
        fill();

        JsonPath shown = Api.awaitEnd(drill);

        assertThat(shown.getString("state")).as(shown.prettify()).isEqualTo("failed");
        // It was tried again, and then there was no room to begin with.
        assertThat(shown.getString("failure.code")).isEqualTo("plan.disk-too-small");
        assertThat(shown.getInt("attempt")).isEqualTo(2);
        assertThat(shown.getList("tornDown.left")).isEmpty();
        RecoveryEnded ended = events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
        assertThat(ended.state()).isEqualTo("failed");
        try (Stream<Path> files = Files.walk(service.seen(work))) {
            assertThat(files.filter(file -> file.toString().contains(drill))).isEmpty();
        }
    }

    private static Path filler() {
        return service.seen(work).resolve("filler");
    }

    /** Leaves no byte; most of it at once, because the restore goes on meanwhile. */
    private static void fill() throws Exception {
        long free = Files.getFileStore(filler().getParent()).getUsableSpace();
        int most = new ProcessBuilder("fallocate", "--length", Long.toString(free - LEFT_AT_FIRST), filler().toString())
                .start()
                .waitFor();
        assertThat(most).isZero();
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean mayMount() throws Exception {
        try {
            return new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException withoutUnshare) {
            return false;
        }
    }
}
