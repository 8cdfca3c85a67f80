package dev.lifeboat.backup.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Stored;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.pgbackrest.PgBackRestFault;
import dev.lifeboat.platform.pgbackrest.PgBackRestInfo;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster whose policies name a second repository: WAL goes to both, each backup to one, and one may be away. */
class PgBackRestRegionsIT {
    private final PgBackRestStage stage = new PgBackRestStage(Duration.ofSeconds(30));
    private final DeclaredCluster cluster = stage.clusterOfBothRegions();
    private final DeclaredRepository east = stage.repository();
    private final DeclaredRepository west = stage.west();

    @BeforeEach
    @AfterEach
    void bothAreThere() {
        stage.parts().west().start(Lifetime.OF_THIS_JVM);
    }

    @AfterEach
    void stop() {
        stage.postgres().kill();
    }

    @Test
    void eachBackupLiesWhereItWasSentToAndWalInBoth() throws Exception {
        Job toEast = stage.job(cluster, east, "full");
        Job toWest = stage.job(cluster, west, "full");

        Taken inEast = take(toEast);
        Taken inWest = take(toWest);
        Taken nextInWest = take(stage.job(cluster, west, "incremental"));

        assertThat(Files.readString(stage.host(toEast).resolve("pgbackrest.conf")))
                .contains("repo1-s3-bucket=lifeboat-east", "repo2-s3-bucket=lifeboat-west", "archive-async=y");
        assertThat(labels(toEast)).containsExactly(label(inEast));
        assertThat(labels(toWest)).containsExactly(label(inWest), label(nextInWest));
        assertThat(nextInWest.manifest().pgbackrest().priorLabels()).containsExactly(label(inWest));
        assertThat(inEast.manifest().pgbackrest().encrypted()).isTrue();
        assertThat(inWest.manifest().pgbackrest().encrypted()).isFalse();
        assertThat(inEast.omissions()).isEmpty();
        assertThat(inWest.omissions()).isEmpty();
        for (Taken each : List.of(inEast, inWest)) {
            for (Job there : List.of(toEast, toWest)) {
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(keys(there, "/archive/"))
                        .anyMatch(
                                key -> key.contains(each.manifest().pgbackrest().stopWal())));
            }
        }
        assertThat(keys(toEast, inWest.manifest().backupId().toString())).isEmpty();
        assertThat(keys(toWest, inWest.manifestObject().key())).hasSize(1);
        assertThat(keys(toWest, inWest.manifest().inventory().key())).hasSize(1);

        stage.method().remove(stored(toWest, nextInWest));
        assertThat(labels(toWest)).containsExactly(label(inWest));
        assertThat(labels(toEast)).containsExactly(label(inEast));

        stage.parts().west().kill();
        isNamedAsAway(stage.job(cluster, west, "incremental"));
    }

    private void isNamedAsAway(Job toWest) {
        PgBackRestFault fault = BackupFaults.classify(catchThrowable(() -> take(toWest)));
        assertThat(fault.retryable()).isTrue();
        assertThat(fault.code()).isEqualTo("pgbackrest.repo-unreachable");
        assertThat(fault.failure().found()).startsWith("repository west: ");
        assertThat(StaleRun.of(toWest.backupId())).isEmpty();
    }

    @Test
    void oneThatIsAwayDoesNotKeepBackupsFromTheOther() throws Exception {
        requireSoak();
        Job before = stage.job(cluster, west, "full");
        take(before);
        stage.parts().west().kill();

        Job toWest = stage.job(cluster, west, "full");
        isNamedAsAway(toWest);
        Taken inEast = take(stage.job(cluster, east, "full"));

        assertThat(labels(stage.job(cluster, east, "full"))).containsExactly(label(inEast));

        // What it missed arrives when it is back.
        stage.parts().west().start(Lifetime.OF_THIS_JVM);
        take(toWest, 2);
        assertThat(keys(toWest, "/archive/"))
                .anyMatch(key -> key.contains(inEast.manifest().pgbackrest().stopWal()));
    }

    @Test
    void oneThatIsAwayFromTheStartIsAnOmissionOfTheBackupInTheOther() throws Exception {
        requireSoak();
        stage.parts().west().kill();

        Taken inEast = take(stage.job(cluster, east, "full"));

        assertThat(inEast.omissions()).singleElement().satisfies(omission -> assertThat(omission)
                .contains("WAL does not arrive in repository west", "pgbackrest.repo-unreachable"));

        stage.parts().west().start(Lifetime.OF_THIS_JVM);
        assertThat(take(stage.job(cluster, east, "full")).omissions()).isEmpty();
        assertThat(take(stage.job(cluster, west, "full")).omissions()).isEmpty();
    }

    private static void requireSoak() {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak backs up for minutes while a repository is away");
    }

    private Taken take(Job job) throws Exception {
        return take(job, 1);
    }

    private Taken take(Job job, long epoch) throws Exception {
        try (ScriptedContext context = new ScriptedContext(job.backupId(), epoch, stage.folder())) {
            return stage.method().take(job, context);
        }
    }

    private static Stored stored(Job job, Taken taken) {
        return new Stored(
                taken.manifest().backupId(), job.cluster(), job.repository(), taken.manifestObject(), label(taken));
    }

    private static String label(Taken taken) {
        return taken.manifest().pgbackrest().label();
    }

    private List<String> labels(Job job) throws InterruptedException {
        return stage.info(job).sets().stream().map(PgBackRestInfo.Set::label).toList();
    }

    /** Keys of the cluster in the job's repository. */
    private List<String> keys(Job job, String part) {
        String folder = "clusters/shop/" + cluster.id() + "/";
        try (ObjectStore store = stage.store(job);
                Stream<ObjectInfo> all = store.list(folder, Optional.empty())) {
            return all.map(ObjectInfo::key).filter(key -> key.contains(part)).toList();
        }
    }
}
