package dev.lifeboat.backup.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Stored;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestInfo;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sets as they come about, in an encrypted repository, whatever happens meanwhile. */
class PgBackRestSetsIT {
    private static PgBackRestStage stage;
    private DeclaredCluster cluster;

    @BeforeAll
    static void fill() {
        stage = new PgBackRestStage(Duration.ofSeconds(60));
        stage.postgres()
                .execute(
                        "postgres",
                        "create table big (id bigint primary key, note text)",
                        "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 300000) g");
    }

    @BeforeEach
    void declare() {
        cluster = stage.cluster();
    }

    @Test
    void anIncrementalWithoutAFullBecomesFullAndTheNextBuildsOnIt() throws Exception {
        Job first = job("incremental");
        Taken full = take(first, 1);
        Taken incremental = take(job("incremental"), 1);
        Taken differential = take(job("differential"), 1);

        BackupManifest.PgBackRestSet set = full.manifest().pgbackrest();
        assertThat(full.manifest().type()).isEqualTo("full");
        assertThat(set.priorLabels()).isEmpty();
        assertThat(set.encrypted()).isTrue();
        assertThat(set.stanza()).isEqualTo("shop");
        assertThat(set.timeline()).isEqualTo(1);
        assertThat(set.toolVersion()).isNotBlank();
        assertThat(set.startLsn()).matches("[0-9A-F]+/[0-9A-F]+");
        assertThat(full.databaseBytes()).isGreaterThan(30_000_000);
        assertThat(full.storedBytes()).isBetween(1_000_000L, full.databaseBytes());
        assertThat(incremental.manifest().type()).isEqualTo("incremental");
        assertThat(incremental.manifest().pgbackrest().priorLabels()).containsExactly(set.label());
        assertThat(differential.manifest().type()).isEqualTo("differential");
        assertThat(differential.storedBytes()).isLessThan(full.storedBytes());
        assertThat(stage.info(first).sets()).hasSize(3);

        Inventory inventory = read(first, full.manifest().inventory().key(), Inventory.class);
        assertThat(inventory.systemIdentifier()).isEqualTo(full.manifest().systemIdentifier());
        assertThat(inventory.databases()).extracting(Inventory.Database::name).contains("postgres");

        whatBuildsOnAnotherKeepsItInPlace(first, full, differential, incremental);
    }

    private void whatBuildsOnAnotherKeepsItInPlace(Job job, Taken full, Taken differential, Taken incremental)
            throws Exception {
        assertThatThrownBy(() -> stage.method().remove(stored(job, full)))
                .isInstanceOfSatisfying(PgBackRestException.class, thrown -> {
                    assertThat(thrown.fault().code()).isEqualTo("pgbackrest.has-dependants");
                    assertThat(thrown.fault().failure().found())
                            .contains(incremental.manifest().pgbackrest().label());
                });
        assertThat(stage.info(job).sets()).hasSize(3);
        Taken newer = take(job("full"), 1);

        stage.method().remove(stored(job, differential));
        stage.method().remove(stored(job, incremental));
        stage.method().remove(stored(job, full));

        assertThat(stage.info(job).sets())
                .extracting(PgBackRestInfo.Set::label)
                .containsExactly(newer.manifest().pgbackrest().label());
        assertThat(keys(job, "/archive/"))
                .as("WAL before the full backup that is left")
                .noneMatch(key -> key.contains(full.manifest().pgbackrest().startWal()))
                .anyMatch(key -> key.contains(newer.manifest().pgbackrest().startWal()));
    }

    private Stored stored(Job job, Taken taken) {
        return new Stored(
                taken.manifest().backupId(),
                job.cluster(),
                job.repository(),
                taken.manifestObject(),
                taken.manifest().pgbackrest().label());
    }

    @Test
    void whatLiesOnTheHostBelongsToTheServersUserAndIsForNobodyElse() throws Exception {
        Job job = job("full");
        take(job, 1);

        Path host = stage.host(job);
        var owner = Files.getOwner(stage.postgres().dataDirectory());
        assertThat(Files.getOwner(host)).isEqualTo(owner);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host)))
                .isEqualTo("rwx------");
        for (String file : List.of("pgbackrest.conf", "commands-east.conf")) {
            assertThat(Files.getOwner(host.resolve(file))).isEqualTo(owner);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.resolve(file))))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(host.resolve("pgbackrest.conf")))
                .contains(stage.parts().east().secretKey());
        assertThat(Files.readString(host.resolve("commands-east.conf")))
                .doesNotContain(stage.parts().east().secretKey(), "a passphrase");
    }

    @Test
    void anEncryptedRepositoryHoldsNothingInClear() throws Exception {
        Job job = job("full");
        take(job, 1);

        List<String> keys = keys(job, "/pgbackrest/");
        assertThat(keys).isNotEmpty();
        try (ObjectStore store = stage.store(job)) {
            for (String key : keys) {
                try (InputStream in = store.get(key, Optional.empty())) {
                    byte[] start = in.readNBytes(8);
                    if (!key.contains("/bundle/") && !key.endsWith(".backup")) {
                        assertThat(new String(start, StandardCharsets.ISO_8859_1))
                                .as(key)
                                .isEqualTo("Salted__");
                    }
                }
            }
        }
    }

    @Test
    void killedInTheMiddleItIsTriedAgainAndThereIsOneSet() throws Exception {
        take(job("full"), 1);
        Job job = job("full");
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> {
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> context.said().stream()
                                .anyMatch(said -> said.phase().equals("copying")));
                StaleRun.of(job.backupId()).forEach(ProcessHandle::destroyForcibly);
            });
            assertThatThrownBy(() -> stage.method().take(job, context))
                    .satisfies(
                            thrown -> assertThat(BackupFaults.classify(thrown)).satisfies(fault -> {
                                assertThat(fault.code()).isEqualTo("pgbackrest.killed");
                                assertThat(fault.retryable()).isTrue();
                            }));
            killer.get(10, TimeUnit.SECONDS);
        }

        Taken taken = take(job, 2);

        assertThat(ours(job)).containsExactly(taken.manifest().pgbackrest().label());
        assertThat(labelsInTheStore(job)).hasSize(2);
    }

    @Test
    void aSetThatAnEarlierOwnerFinishedIsTheBackupAndNoneIsTakenAgain() throws Exception {
        Job job = job("full");
        try (ScriptedContext lost = new ScriptedContext(job.backupId(), 1, stage.folder())
                .losing(progress -> progress.phase().equals("describing"))) {
            assertThatThrownBy(() -> stage.method().take(job, lost)).isInstanceOf(LeaseLost.class);
        }
        List<String> finished = ours(job);
        assertThat(finished).hasSize(1);

        Taken taken = take(job, 2);

        assertThat(taken.manifest().pgbackrest().label()).isEqualTo(finished.getFirst());
        assertThat(ours(job)).isEqualTo(finished);
    }

    @Test
    void anOwnerThatWasStoppedAndReplacedChangesNothing() throws Exception {
        Job job = job("full");
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ScriptedContext first = new ScriptedContext(job.backupId(), 1, stage.folder()).losing(progress -> {
            if (!progress.phase().equals("copying")) {
                return false;
            }
            // The whole owner stands still, its tool with it, which keeps the stanza's lock.
            StaleRun.of(job.backupId()).forEach(process -> signal("STOP", process.pid()));
            stopped.countDown();
            await(goOn);
            return true;
        });
        CompletableFuture<Throwable> ended = CompletableFuture.supplyAsync(() -> {
            try (first) {
                stage.method().take(job, first);
                return null;
            } catch (Exception | Error thrown) {
                return thrown;
            }
        });
        await(stopped);

        Taken taken = take(job, 2);
        goOn.countDown();

        assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOf(LeaseLost.class);
        assertThat(ours(job)).containsExactly(taken.manifest().pgbackrest().label());
        assertThat(read(job, SetKeys.of(job).manifest(), BackupManifest.class)).isEqualTo(taken.manifest());
        assertThat(StaleRun.of(job.backupId())).isEmpty();
    }

    private static void signal(String name, long pid) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Job job(String type) {
        return stage.job(cluster, stage.repository(), type);
    }

    private static Taken take(Job job, long epoch) throws Exception {
        try (ScriptedContext context = new ScriptedContext(job.backupId(), epoch, stage.folder())) {
            return stage.method().take(job, context);
        }
    }

    private static List<String> ours(Job job) throws InterruptedException {
        return stage.info(job).sets().stream()
                .filter(set ->
                        job.backupId().toString().equals(set.annotations().get(PgBackRest.BACKUP_ID)))
                .map(PgBackRestInfo.Set::label)
                .toList();
    }

    /** Folders of sets, whether info lists them or not. */
    private static List<String> labelsInTheStore(Job job) {
        String sets = SetKeys.of(job).sets();
        return keys(job, "/backup/shop/2").stream()
                .filter(key -> key.startsWith(sets))
                .map(key -> key.substring(sets.length()))
                .map(key -> key.substring(0, key.indexOf('/')))
                .distinct()
                .toList();
    }

    private static List<String> keys(Job job, String part) {
        try (ObjectStore store = stage.store(job);
                Stream<ObjectInfo> all = store.list(SetKeys.of(job).repository() + "/", Optional.empty())) {
            return all.map(ObjectInfo::key).filter(key -> key.contains(part)).toList();
        }
    }

    private static <T> T read(Job job, String key, Class<T> type) throws Exception {
        try (ObjectStore store = stage.store(job);
                InputStream in = store.get(key, Optional.empty())) {
            return PgBackRestStage.JSON.readValue(in, type);
        }
    }
}
