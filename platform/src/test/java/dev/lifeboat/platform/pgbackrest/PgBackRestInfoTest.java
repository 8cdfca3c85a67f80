package dev.lifeboat.platform.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.platform.pgbackrest.PgBackRestInfo.Incarnation;
import dev.lifeboat.platform.pgbackrest.PgBackRestInfo.Set;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that pgBackRest 2.45 gave. */
class PgBackRestInfoTest {
    private static final String FULL = "20261121-125119F";
    private static final String INCREMENTAL = FULL + "_20261121-125334I";
    private static final String DIFFERENTIAL = FULL + "_20261121-125343D";

    @Test
    void aSetIsReadAsItIs() throws IOException {
        PgBackRestInfo info = sample("full-incr-diff");

        Set set = info.annotated(PgBackRest.BACKUP_ID, "2").orElseThrow();

        assertThat(set.label()).isEqualTo(INCREMENTAL);
        assertThat(set.type()).isEqualTo("incr");
        assertThat(set.prior()).contains(FULL);
        assertThat(set.startLsn()).isEqualTo("0/5000028");
        assertThat(set.stopLsn()).isEqualTo("0/5000100");
        assertThat(set.startWal()).isEqualTo("000000010000000000000005");
        assertThat(set.timeline()).isEqualTo(1);
        assertThat(set.startedAt()).isEqualTo(Instant.ofEpochSecond(1795265614));
        assertThat(set.databaseBytes()).isEqualTo(33333329);
        assertThat(set.storedBytes()).isEqualTo(OptionalLong.of(4066308));
        assertThat(set.damagedPages()).isFalse();
        assertThat(info.incarnation(set)).contains(new Incarnation(1, 1, "7710606189728171760", "15"));
        assertThat(info.locked()).isFalse();
    }

    @Test
    void chainsAndDependantsAreWhatASetBuildsOnAndWhatBuildsOnIt() throws IOException {
        PgBackRestInfo info = sample("full-incr-diff");

        assertThat(info.chain(info.set(INCREMENTAL).orElseThrow())).containsExactly(FULL);
        assertThat(info.chain(info.set(FULL).orElseThrow())).isEmpty();
        assertThat(info.dependants(FULL)).extracting(Set::label).containsExactly(INCREMENTAL, DIFFERENTIAL);
        assertThat(info.dependants(INCREMENTAL)).isEmpty();
        assertThat(info.fulls()).extracting(Set::label).containsExactly(FULL);
    }

    @Test
    void anIncrementalOfAnIncrementalBuildsOnBoth() {
        PgBackRestInfo info = PgBackRestInfo.parse(
                "s",
                """
                [{"name":"s","repo":[{"key":1,"status":{"code":0}}],"backup":[%s,%s,%s]}]"""
                        .formatted(
                                set("20260101-000000F", null, 1),
                                set("20260101-000000F_20260102-000000I", "20260101-000000F", 2),
                                set("20260101-000000F_20260103-000000I", "20260101-000000F_20260102-000000I", 3)));

        assertThat(info.chain(info.sets().getLast()))
                .containsExactly("20260101-000000F", "20260101-000000F_20260102-000000I");
        assertThat(info.dependants("20260101-000000F_20260102-000000I"))
                .extracting(Set::label)
                .containsExactly("20260101-000000F_20260103-000000I");
    }

    private static String set(String label, String prior, int stop) {
        return """
                {"label":"%s","prior":%s,"timestamp":{"start":0,"stop":%d},"type":"x","archive":{"stop":"0000000A00000000"}}"""
                .formatted(label, prior == null ? "null" : '"' + prior + '"', stop);
    }

    @Test
    void timelinesAreHexadecimal() {
        PgBackRestInfo info =
                PgBackRestInfo.parse("s", "[{\"name\":\"s\",\"backup\":[" + set("20260101-000000F", null, 1) + "]}]");

        assertThat(info.sets().getFirst().timeline()).isEqualTo(10);
    }

    @Test
    void ofTwoRepositoriesEachSetSaysInWhichItLies() throws IOException {
        PgBackRestInfo info = sample("two-repositories");

        assertThat(info.incarnations()).extracting(Incarnation::repository).containsExactly(1, 2);
        assertThat(info.sets()).extracting(Set::repository).containsExactly(1);
    }

    @Test
    void anEncryptedRepositoryWithoutBackupsHoldsNone() throws IOException {
        assertThat(sample("encrypted-empty").sets()).isEmpty();
    }

    @Test
    void aStanzaThatIsNotThereHoldsNothing() {
        assertThat(PgBackRestInfo.parse("shop", "[]").annotated(PgBackRest.BACKUP_ID, "1"))
                .isEqualTo(Optional.empty());
        assertThat(PgBackRestInfo.parse("shop", "[{\"name\":\"other\",\"backup\":[]}]")
                        .sets())
                .isEqualTo(List.of());
    }

    @ParameterizedTest(name = "{0} is {1}, although the exit status was 0")
    @CsvSource({
        "wrong-key,       pgbackrest.wrong-key,        false",
        "unreachable,     pgbackrest.repo-unreachable, true",
        "cipher-mismatch, pgbackrest.cipher-mismatch,  false"
    })
    void anAnswerThatSaysItCouldNotLookIsNoAnswer(String sample, String code, boolean retryable) {
        assertThatThrownBy(() -> sample(sample)).isInstanceOfSatisfying(PgBackRestException.class, thrown -> {
            assertThat(thrown.fault().code()).isEqualTo(code);
            assertThat(thrown.fault().retryable()).isEqualTo(retryable);
        });
    }

    @Test
    void whatIsNoJsonIsAnError() {
        assertThatThrownBy(() -> PgBackRestInfo.parse("shop", "Segmentation fault"))
                .isInstanceOfSatisfying(
                        PgBackRestException.class,
                        thrown -> assertThat(thrown.fault().code()).isEqualTo("pgbackrest.info-unreadable"));
    }

    private static PgBackRestInfo sample(String name) throws IOException {
        return PgBackRestInfo.parse("shop", PgBackRestFaultTest.read("info/" + name + ".json"));
    }
}
