package dev.lifeboat.backup.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bad days of a backup by pgBackRest: each ends in one clear failure, which shows no secret. */
class PgBackRestFaultsIT {
    private static final String WRONG = "wrong-secret-key-of-somebody";
    private static PgBackRestStage stage;

    @BeforeAll
    static void start() {
        stage = new PgBackRestStage(Duration.ofSeconds(3));
    }

    @BeforeEach
    void nobodyArchives() {
        stage.resetArchiving();
    }

    @Test
    void theWrongKey() {
        fails(
                "pgbackrest.wrong-key",
                stage.cluster(),
                changed(spec -> with(spec, spec.bucket(), credentials(spec), spec.caFile())));
    }

    @Test
    void aBucketThatIsNotThere() {
        fails(
                "pgbackrest.bucket-missing",
                stage.cluster(),
                changed(spec -> with(spec, "absent", spec.credentials(), spec.caFile())));
    }

    @Test
    void aCertificateThatNobodySigned() {
        fails(
                "pgbackrest.certificate-untrusted",
                stage.cluster(),
                changed(spec -> with(spec, spec.bucket(), spec.credentials(), null)));
    }

    @Test
    void anotherPassphraseThanTheStanzaWasMadeWith() throws Exception {
        DeclaredCluster cluster = stage.cluster();
        Job first = stage.job(cluster, stage.repository(), "full");
        take(first);

        fails(
                "pgbackrest.cipher-mismatch",
                cluster,
                changed(spec -> new RepositorySpec(
                        spec.name(),
                        spec.type(),
                        spec.endpoint(),
                        spec.region(),
                        spec.bucket(),
                        spec.prefix(),
                        spec.credentials(),
                        null,
                        spec.caFile(),
                        true,
                        new RepositorySpec.Encryption(stage.secret("eine andere Parole")))));
    }

    @Test
    void aServerThatDoesNotArchive() {
        Failure failure = fails(
                "pgbackrest.archive-mode-off",
                stage.cluster(
                        stage.parts().postgres(),
                        "postgres",
                        stage.parts().postgres().password()),
                stage.repository());

        assertThat(failure.hint())
                .contains("ALTER SYSTEM SET archive_mode = 'on'", "restart", "ALTER SYSTEM SET archive_command = ");
    }

    @Test
    void aCommandOfSomebodyElses() {
        stage.postgres()
                .execute(
                        "postgres",
                        "alter system set archive_command = 'cp %p /somewhere/%f'",
                        "select pg_reload_conf()");

        Failure failure = fails("pgbackrest.archive-command-foreign", stage.cluster(), stage.repository());

        assertThat(failure.found()).isEqualTo("cp %p /somewhere/%f");
    }

    @Test
    void aRoleThatMayNotSetTheCommandIsToldTheSql() {
        stage.postgres().ensureRole("watcher", "watcher-password");
        stage.postgres().execute("postgres", "grant pg_monitor to watcher");

        Failure failure = fails(
                "pgbackrest.archive-command-by-hand",
                stage.cluster(stage.postgres(), "watcher", "watcher-password"),
                stage.repository());

        assertThat(failure.hint()).contains("ALTER SYSTEM SET archive_command = ", "pg_reload_conf", "no restart");
    }

    @Test
    void aWrongPassword() {
        fails("postgres.password-wrong", stage.cluster(stage.postgres(), "postgres", WRONG), stage.repository());
    }

    @Test
    void aCommandOfOursThatSomebodyDamagedIsMended() throws Exception {
        DeclaredCluster cluster = stage.cluster();
        Job job = stage.job(cluster, stage.repository(), "full");
        take(job);
        stage.postgres()
                .execute(
                        "postgres",
                        "alter system set archive_command = '/nowhere --config=" + stage.host(job)
                                + "/pgbackrest.conf archive-push %p'",
                        "select pg_reload_conf()");

        take(stage.job(cluster, stage.repository(), "incremental"));

        assertThat(stage.info(job).sets()).hasSize(2);
    }

    private static void take(Job job) throws Exception {
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            stage.method().take(job, context);
        }
    }

    private static Failure fails(String code, DeclaredCluster cluster, DeclaredRepository repository) {
        Job job = stage.job(cluster, repository, "full");
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            stage.method().take(job, context);
        } catch (Exception thrown) {
            ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder());
            Step step = stage.method().explain(thrown, context);
            assertThat(step).isInstanceOf(Step.Failed.class);
            Failure failure = ((Step.Failed) step).failure();
            assertThat(failure.code()).as(String.valueOf(failure)).isEqualTo(code);
            assertThat(failure.hint()).isNotBlank();
            assertThat(failure.toString() + thrown)
                    .doesNotContain(
                            WRONG,
                            stage.postgres().password(),
                            stage.parts().east().secretKey(),
                            "passphrase of some length",
                            "eine andere Parole");
            assertThat(StaleRun.of(job.backupId())).isEmpty();
            return failure;
        }
        throw new AssertionError("it did not fail");
    }

    private static DeclaredRepository changed(UnaryOperator<RepositorySpec> change) {
        return PgBackRestStage.declared(change.apply(stage.repository().spec()));
    }

    private static RepositorySpec.Credentials credentials(RepositorySpec spec) {
        return new RepositorySpec.Credentials(spec.credentials().accessKey(), stage.secret(WRONG));
    }

    private static RepositorySpec with(
            RepositorySpec spec, String bucket, RepositorySpec.Credentials credentials, String caFile) {
        return new RepositorySpec(
                spec.name(),
                spec.type(),
                spec.endpoint(),
                spec.region(),
                bucket,
                spec.prefix(),
                credentials,
                null,
                caFile,
                true,
                spec.encryption());
    }
}
