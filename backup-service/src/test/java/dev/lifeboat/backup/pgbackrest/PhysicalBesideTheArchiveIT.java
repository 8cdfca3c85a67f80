package dev.lifeboat.backup.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifeboat.backup.backup.BackupDefaults;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.physical.PhysicalConfig;
import dev.lifeboat.backup.physical.PhysicalMethod;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A physical backup of a cluster that archives with pgBackRest is complete when that archive has its WAL. */
@Timeout(120)
class PhysicalBesideTheArchiveIT {
    private static PgBackRestStage stage;
    private static DeclaredCluster archiving;

    @BeforeAll
    static void aClusterThatArchives() throws Exception {
        stage = new PgBackRestStage(Duration.ofSeconds(60));
        archiving = withWal(stage.cluster());
        Job first = stage.job(archiving, stage.repository(), "full");
        try (ScriptedContext context = new ScriptedContext(first.backupId(), 1, stage.folder())) {
            stage.method().take(first, context);
        }
    }

    @Test
    void itsWalIsFoundInTheArchive() throws Exception {
        Job job = job(archiving);
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            Taken taken = method(Duration.ofSeconds(30)).take(job, context);
            assertThat(taken.manifest().physical().archives()).hasSize(1);
        }
    }

    @Test
    void anArchiveWithoutItIsNoHelp() throws Exception {
        Job job = job(withWal(new DeclaredCluster(UUID.randomUUID(), 1, archiving.spec())));
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            PhysicalMethod method = method(Duration.ofMillis(300));
            Throwable thrown = catchThrowable(() -> method.take(job, context));
            Step step = method.explain(thrown, context);
            assertThat(step).isInstanceOf(Step.Failed.class);
            assertThat(((Step.Failed) step).failure()).satisfies(failure -> {
                assertThat(failure.code()).isEqualTo("physical.wal-not-stored");
                assertThat(failure.expected()).contains("pgBackRest archive in clusters/shop/");
                assertThat(failure.hint()).contains("pg_stat_archiver");
            });
        }
    }

    private static DeclaredCluster withWal(DeclaredCluster cluster) {
        ClusterSpec spec = cluster.spec();
        return new DeclaredCluster(
                cluster.id(),
                cluster.version(),
                new ClusterSpec(
                        spec.name(),
                        spec.connection(),
                        spec.dataDirectory(),
                        null,
                        spec.repositories(),
                        new ClusterSpec.WalSpec("archive", null, null),
                        spec.backups(),
                        spec.drills(),
                        spec.checks()));
    }

    private static Job job(DeclaredCluster cluster) {
        return new Job(
                UUID.randomUUID(),
                cluster,
                stage.repository(),
                BackupDefaults.fill(new BackupPolicy(
                        null, "physical", null, null, null, null, null, null, null, null, null, null)));
    }

    private static PhysicalMethod method(Duration walWait) {
        return new PhysicalMethod(
                stage.repositories(),
                stage.secrets(),
                PgBackRestStage.JSON,
                new PhysicalConfig() {
                    @Override
                    public Duration walWait() {
                        return walWait;
                    }

                    @Override
                    public Duration silence() {
                        return Duration.ofSeconds(30);
                    }

                    @Override
                    public boolean serverCompression() {
                        return true;
                    }

                    @Override
                    public int attempts() {
                        return 3;
                    }
                },
                InstantSource.system());
    }
}
