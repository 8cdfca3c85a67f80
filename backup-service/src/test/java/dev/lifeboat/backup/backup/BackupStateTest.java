package dev.lifeboat.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The life of a backup, as rows, as events and as people see it. */
class BackupStateTest {
    private static final Instant T0 = Instant.parse("2026-11-21T08:00:00Z");
    private static final Instant T1 = T0.plusSeconds(60);
    private static final Instant T2 = T0.plusSeconds(120);
    private static final Failure FAILURE = new Failure("dump.tool-killed", "killed", null, null, null);
    private static final Outcome OUTCOME = new Outcome(
            null,
            100L,
            20L,
            List.of("shop"),
            T0,
            null,
            null,
            null,
            null,
            null,
            "7",
            new ObjectRef("m", "aa", 1L),
            new ObjectRef("i", "bb", 2L),
            List.of("roles"));
    private static final BackupState.Running RUNNING = new BackupState.Requested().toRunning(1, T0);
    private static final BackupState.Completed COMPLETED = RUNNING.again(3).toCompleted(OUTCOME, T1);

    static Stream<BackupState> states() {
        return Stream.of(
                new BackupState.Requested(),
                new BackupState.Requested().toFailed(FAILURE, T1),
                RUNNING,
                RUNNING.again(2),
                RUNNING.toFailed(FAILURE, T1),
                COMPLETED,
                new BackupState.Skipped(T0, "still running"),
                COMPLETED.toExpiring("keep 3", T1),
                COMPLETED.toExpiring("keep 3", T1).toExpired(T2));
    }

    @ParameterizedTest
    @MethodSource("states")
    void aRowKeepsAllOfIt(BackupState state) {
        assertThat(BackupColumns.of(state).state(state.name())).isEqualTo(state);
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateIsSaidButExpiring(BackupState state) {
        var publication = BackupStory.of(backup(state));
        if (state instanceof BackupState.Expiring) {
            assertThat(publication).isEmpty();
        } else {
            assertThat(publication).hasValueSatisfying(said -> {
                assertThat(said.key()).isEqualTo("cluster/shop");
                assertThat(said.subject()).isEqualTo("backup/" + backup(state).id());
                assertThat(said.version()).isEqualTo(4);
                assertThat(((BackupEvent) said.data()).cluster()).isEqualTo("shop");
            });
        }
    }

    @Test
    void aLaterAttemptKeepsTheBeginning() {
        assertThat(RUNNING.again(3)).isEqualTo(new BackupState.Running(3, T0));
        assertThat(RUNNING.again(3).again(2).attempt()).isEqualTo(3);
    }

    @Test
    void whatIsCompletedIsShownWithItsOutcome() {
        BackupView view = BackupView.of(backup(COMPLETED), Optional.of(operation(1000)));
        assertThat(view.state()).isEqualTo("completed");
        assertThat(view.progress()).isNull();
        assertThat(view.duration()).isEqualTo(Duration.ofMinutes(1));
        assertThat(view.databases()).containsExactly("shop");
        assertThat(view.repositories()).containsExactly("east");
        assertThat(view.omissions()).containsExactly("roles");
        assertThat(view.inventory()).isEqualTo(new ObjectRef("i", "bb", 2L));
    }

    @Test
    void whatRunsIsShownWithItsProgress() {
        BackupView view = BackupView.of(backup(RUNNING), Optional.of(operation(1000)));
        assertThat(view.progress().percent()).isEqualTo(25);
        assertThat(view.progress().bytesPerSecond()).isEqualTo(50);
        assertThat(view.progress().phase()).isEqualTo("dumping shop");
        BackupView beyond = BackupView.of(backup(RUNNING), Optional.of(operation(100)));
        assertThat(beyond.progress().percent()).isEqualTo(99);
        assertThat(beyond.progress().bytesTotal()).isEqualTo(250);
    }

    @ParameterizedTest
    @CsvSource({"0, 0,", "10, 0,", "0, 100, 0", "50, 100, 50", "100, 100, 99", "500, 100, 99"})
    void whatIsNotDoneIsNeverHundredPercent(long done, long total, Integer percent) {
        assertThat(BackupView.percent(done, total)).isEqualTo(percent);
    }

    private static Operations.View operation(long total) {
        return new Operations.View(
                new UUID(1, 1),
                "backup",
                "shop",
                "running",
                "me",
                1,
                1,
                false,
                new Progress("dumping shop", 250, total),
                T1,
                50);
    }

    private static Backup backup(BackupState state) {
        BackupPolicy policy =
                new BackupPolicy("nightly", "dump", null, null, "custom", 1, "full", null, null, null, null, null);
        return new Backup(new UUID(1, 1), new UUID(2, 2), "shop", policy, "east", T0, T0, "principal/a", state, 4);
    }
}
