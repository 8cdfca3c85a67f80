package dev.lifeboat.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.backup.BackupMoment.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The service is killed (-9) in each step of a backup and started again, or stopped, replaced by another instance and
 * continued: the backup completes as if nothing had been, and nothing else is left.
 */
class KilledServiceIT {
    private static KilledServiceStage stage;

    @BeforeAll
    static void start() throws Exception {
        stage = new KilledServiceStage();
    }

    @AfterAll
    static void stop() throws Exception {
        stage.close();
    }

    @AfterEach
    void noInstance() throws Exception {
        stage.first().stop();
        stage.second().stop();
    }

    @Test
    void aDumpThatIsKilledAgainAndAgainCompletes() throws Exception {
        killedAt(Method.DUMP, BackupMoment.DUMPING, BackupMoment.PUBLISHED);
    }

    @Test
    void aPgBackRestBackupThatIsKilledAgainAndAgainCompletes() throws Exception {
        killedAt(Method.PGBACKREST, BackupMoment.COPYING, BackupMoment.PUBLISHED);
    }

    static Stream<BackupMoment.Of> everyStep() {
        return BackupMoment.all();
    }

    /** Each step by itself; the long form. */
    @ParameterizedTest
    @MethodSource("everyStep")
    void killedInEachStep(BackupMoment.Of step) throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak kills and stops the service in each step");
        killedAt(step.method(), step.moment());
    }

    /** In the short form the method's own tests stop one in the middle, and the system tests a whole service. */
    @ParameterizedTest
    @MethodSource("everyStep")
    void stoppedInEachStep(BackupMoment.Of step) throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak kills and stops the service in each step");
        stoppedAt(step.method(), step.moment());
    }

    private static void killedAt(Method method, BackupMoment... moments) throws Exception {
        stage.first().launch();
        KilledServiceStage.Asked backup = stage.ask(stage.first().ready(), method);
        for (BackupMoment moment : moments) {
            stage.await(moment, backup, stage.first());
            stage.first().kill();
            stage.noToolIsLeft(backup);
            stage.first().launch();
        }
        stage.completed(backup, stage.first().ready());

        stage.nothingElseIsLeft(backup, List.of(stage.first()));
    }

    private static void stoppedAt(Method method, BackupMoment moment) throws Exception {
        stage.first().launch();
        KilledServiceStage.Asked backup = stage.ask(stage.first().ready(), method);
        stage.await(moment, backup, stage.first());
        stage.first().pause();
        stage.second().launch();
        String manifest = stage.completed(backup, stage.second().ready());

        stage.first().resume();
        stage.noToolIsLeft(backup);

        stage.nothingElseIsLeft(backup, List.of(stage.first(), stage.second()));
        assertThat(stage.completed(backup, stage.first())).isEqualTo(manifest);
    }
}
