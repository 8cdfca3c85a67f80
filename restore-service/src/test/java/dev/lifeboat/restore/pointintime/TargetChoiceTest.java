package dev.lifeboat.restore.pointintime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.pointintime.TargetChoice.Chosen;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetChoiceTest {
    private static final String DAY = "2026-11-21T";
    /** Two of timeline 1, one of timeline 2, not in order. */
    private static final List<BackupCompleted> BACKUPS = List.of(
            backup("second", "10:00:00Z", "0/4000028", "0/4000100", 1),
            backup("first", "09:00:00Z", "0/2000028", "0/2000100", 1),
            backup("third", "11:00:00Z", "0/6000028", "0/6000100", 2));

    private static final ArchiveEnd END = end(2, "11:30:00.5Z");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // type, value,           inclusive, backup or null when refused
                "latest, -,                -,     third",
                "time,   09:00:00Z,        -,     -",
                // It may have ended at any moment of its second.
                "time,   09:00:00.999999Z, -,     -",
                "time,   09:00:01Z,        -,     first",
                "time,   10:00:00.5Z,      -,     first",
                "time,   10:00:01Z,        -,     second",
                "time,   12:10:00+02:00,   -,     second",
                "time,   11:30:00.499999Z, -,     third",
                "time,   11:30:00.5Z,      true,  -",
                "time,   11:30:00.5Z,      false, third",
                "time,   11:30:00.500001Z, false, -",
                "lsn,    0/20000FF,        -,     -",
                "lsn,    0/2000100,        -,     first",
                "lsn,    0/4000100,        -,     second",
                "lsn,    0/7000200,        -,     third",
                "lsn,    0/7000201,        -,     -",
                // Nobody knows where in the WAL these are.
                "xid,    742,              -,     first",
                "name,   before,           -,     first"
            })
    void theNewestBackupBeforeTheTargetLeadsThere(String type, String value, Boolean inclusive, String expected) {
        Target asked = new Target(type, type.equals("time") ? moment(type, value) : value, inclusive, null, null);

        if (expected == null) {
            assertThatThrownBy(() -> TargetChoice.choose(asked, BACKUPS, END))
                    .isInstanceOfSatisfying(NotCarriedOut.class, refused -> {
                        assertThat(refused.failure().code()).isEqualTo("target.outside-window");
                        assertThat(refused.isPassing()).isFalse();
                        assertThat(refused.failure().expected())
                                .startsWith(
                                        type.equals("lsn")
                                                ? "from 0/2000100 to 0/7000200"
                                                : "from " + DAY + "09:00:01Z");
                    });
        } else {
            Chosen chosen = TargetChoice.choose(asked, BACKUPS, END);

            assertThat(chosen.backup().label()).isEqualTo(expected);
            assertThat(chosen.aim().sought().timeline()).isEqualTo(2);
            assertThat(chosen.aim().startLsn()).isEqualTo(chosen.backup().startLsn());
            assertThat(chosen.aim().from()).isEqualTo(moment("09:00:01Z"));
            assertThat(chosen.aim().to()).isEqualTo(moment("11:30:00.499999Z"));
        }
    }

    @Test
    void aBackupOfALaterTimelineLeadsToNoEarlierOne() {
        Chosen chosen = TargetChoice.choose(new Target("latest", null, null, 1, null), BACKUPS, end(1, "11:30:00.5Z"));

        assertThat(chosen.backup().label()).isEqualTo("second");
        assertThat(chosen.aim().sought().timeline()).isEqualTo(1);
        assertThatThrownBy(
                        () -> TargetChoice.choose(Target.latest(), List.of(BACKUPS.getLast()), end(1, "11:30:00.5Z")))
                .isInstanceOf(NotCarriedOut.class)
                .hasMessageContaining("timeline");
    }

    @Test
    void theSameSeedDrawsTheSameSecond() {
        Target asked = new Target("random", null, null, null, 42L);

        Chosen once = TargetChoice.choose(asked, BACKUPS, END);
        Chosen again = TargetChoice.choose(asked, BACKUPS, END);

        assertThat(again).isEqualTo(once);
        assertThat(once.aim().sought().seed()).isEqualTo(42);
        // As anybody can count it from the digest of lifeboat/random-target/42.
        assertThat(once.aim().sought().value()).isEqualTo(DRAWN_WITH_42);
    }

    private static final String DRAWN_WITH_42 = "2026-11-21T09:44:21Z";

    @Test
    void everySecondOfTheWindowIsDrawnAndNoOther() {
        Set<Instant> drawn = new HashSet<>();
        Instant first = moment("09:00:01Z");
        Instant last = moment("09:00:05Z");

        for (long seed = 0; seed < 200; seed++) {
            Target asked = new Target("random", null, null, null, seed);
            Chosen chosen = TargetChoice.choose(asked, List.of(BACKUPS.get(1)), end(1, "09:00:05.5Z"));
            drawn.add(Instant.parse(chosen.aim().sought().value()));
        }

        assertThat(drawn).hasSize(5).contains(first, last).allMatch(at -> !at.isBefore(first) && !at.isAfter(last));
    }

    @ParameterizedTest
    @CsvSource({"random,", "time, 09:00:01Z"})
    void withoutATransactionAfterTheBackupThereIsNothingToReach(String type, String value) {
        Target asked = new Target(type, value == null ? null : DAY + value, null, null, null);

        assertThatThrownBy(() -> TargetChoice.choose(asked, List.of(BACKUPS.get(1)), end(1, "08:59:00Z")))
                .isInstanceOf(NotCarriedOut.class)
                .hasMessageContaining("no transaction after the oldest usable backup");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // Missing: 0/5000000 to 0/5800000, behind the last record 0/4FFFF00 and the last end 10:30:00.5Z.
                "time, 10:30:00.499999Z, second, -",
                "time, 10:30:00.5Z,      -,      '2026-11-21T10:30:00.499999Z, or from 2026-11-21T11:00:01Z'",
                "time, 10:59:00Z,        -,      '2026-11-21T10:30:00.499999Z, or from 2026-11-21T11:00:01Z'",
                "time, 11:00:01Z,        third,  -",
                "time, 09:30:00Z,        first,  -",
                "lsn,  0/4FFFF00,        second, -",
                "lsn,  0/4FFFF01,        -,      '0/4FFFF00, or from 0/6000100'",
                "lsn,  0/5900000,        -,      '0/4FFFF00, or from 0/6000100'",
                "lsn,  0/6000100,        third,  -"
            })
    void noReplayComesPastAGap(String type, String value, String expected, String nearest) {
        ArchiveEnd torn = new ArchiveEnd(
                2,
                END.timelines(),
                END.lastRecord(),
                END.lastEndAt(),
                END.askedAt(),
                List.of(new ArchiveEnd.Gap(
                        Lsn.parse("0/5000000"),
                        Lsn.parse("0/5800000"),
                        Lsn.parse("0/4FFFF00"),
                        moment("10:30:00.5Z"))));
        Target asked = Target.of(type, moment(type, value));

        if (expected == null) {
            assertThatThrownBy(() -> TargetChoice.choose(asked, BACKUPS, torn))
                    .isInstanceOfSatisfying(NotCarriedOut.class, refused -> {
                        assertThat(refused.failure().code()).isEqualTo("target.in-gap");
                        assertThat(refused.failure().expected()).isEqualTo("up to " + nearest);
                    });
        } else {
            assertThat(TargetChoice.choose(asked, BACKUPS, torn).backup().label())
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatIsNotKnownEndsNow() {
        ArchiveEnd unknown = end(2, null);

        assertThat(TargetChoice.choose(Target.of("time", DAY + "12:00:00Z"), BACKUPS, unknown)
                        .aim()
                        .to())
                .isNull();
        assertThatThrownBy(() -> TargetChoice.choose(Target.of("time", DAY + "12:00:01Z"), BACKUPS, unknown))
                .isInstanceOf(NotCarriedOut.class);
    }

    private static ArchiveEnd end(int timeline, String lastEnd) {
        return new ArchiveEnd(
                timeline,
                new TreeSet<>(List.of(1, 2)),
                Lsn.parse("0/7000200"),
                lastEnd == null ? null : moment(lastEnd),
                moment("12:00:00Z"));
    }

    private static String moment(String type, String value) {
        return type.equals("time") ? DAY + value : value;
    }

    private static Instant moment(String time) {
        return Instant.parse(DAY + time);
    }

    private static BackupCompleted backup(String label, String at, String start, String stop, int timeline) {
        return new BackupCompleted(
                UUID.nameUUIDFromBytes(label.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                "shop",
                "pgbackrest",
                "full",
                label,
                null,
                "east",
                null,
                null,
                moment(at),
                moment(at),
                moment(at),
                1L,
                1L,
                null,
                null,
                start,
                stop,
                timeline,
                "7",
                new ObjectRef("manifest.json", "0".repeat(64), 1L),
                null,
                List.of(),
                "principal/operator");
    }
}
