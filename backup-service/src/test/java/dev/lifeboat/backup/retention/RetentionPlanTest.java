package dev.lifeboat.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.retention.Candidate.Hold;
import dev.lifeboat.backup.retention.Candidate.Proof;
import dev.lifeboat.backup.retention.RetentionRules.Rule;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.BackupPolicy.Retention;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A case reads: what is declared; what is there, as {@code name@age in days} with signs; what becomes of each.
 *
 * <p>Names beginning with d are dumps of policy "nightly" (dx: of policy "gone"; dm: made up by a request), with F full
 * pgBackRest backups of policy "weekly" (FX: of no policy; FH: of policy "hourly"), with D or I differentials and incrementals of policy "hourly";
 * {@code I1<F1} depends on F1. Signs: {@code !} judged failed, {@code *} proven, {@code ^} held, {@code ~} expiring,
 * {@code ?} depends on something unknown, {@code %} in another repository; {@code F1'} has the label F1.
 */
class RetentionPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static Rule keep(Integer count, Integer days) {
        return new Rule("nightly", "dump", null, count, days == null ? null : Duration.ofDays(days));
    }

    private static Rule full(Integer count, Integer days) {
        return new Rule("weekly", "pgbackrest", "full", count, days == null ? null : Duration.ofDays(days));
    }

    private static Rule hourly(int days) {
        return new Rule("hourly", "pgbackrest", "incremental", null, Duration.ofDays(days));
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                // by count
                of("no rule", List.of(), "d3@1 d2@2 d1@3", "d3 no-rule, d2 no-rule, d1 no-rule"),
                of("newest two", keep(2, null), "d3@1 d2@2 d1@3", "d3 within-count, d2 within-count, d1 BEYOND-COUNT"),
                of("fewer than counted", keep(5, null), "d2@1 d1@2", "d2 within-count, d1 within-count"),
                of(
                        "a damaged one does not count",
                        keep(2, null),
                        "d4@1! d3@2 d2@3 d1@4",
                        "d4 within-count, d3 within-count, d2 within-count, d1 BEYOND-COUNT"),
                of(
                        "a damaged one goes when enough newer ones are there",
                        keep(2, null),
                        "d4@1 d3@2 d2@3! d1@4",
                        "d4 within-count, d3 within-count, d2 BEYOND-COUNT, d1 BEYOND-COUNT"),
                of(
                        "made up by a request, or of a policy that is gone: nobody counts it",
                        keep(1, null),
                        "dm2@1 dx1@2 d2@3 d1@4 dm1@5",
                        "dm2 no-rule, dx1 no-rule, d2 within-count, d1 BEYOND-COUNT, dm1 no-rule"),
                // by age
                of("younger stays", keep(null, 7), "d3@1 d2@7 d1@8", "d3 within-age, d2 within-age, d1 TOO-OLD"),
                of("the last one stays however old", keep(null, 7), "d2@30 d1@40", "d2 last-usable, d1 TOO-OLD"),
                of(
                        "the last usable one stays beside younger damaged ones",
                        keep(null, 7),
                        "d3@1! d2@30 d1@40",
                        "d3 within-age, d2 last-usable, d1 TOO-OLD"),
                of("none is usable: all stay", keep(null, 7), "d2@30! d1@40!", "d2 nothing-usable, d1 nothing-usable"),
                // both: what either keeps stays
                of(
                        "count or age",
                        keep(2, 7),
                        "d4@1 d3@2 d2@3 d1@8",
                        "d4 within-count, d3 within-count, d2 within-age, d1 BEYOND-COUNT-AND-AGE"),
                of(
                        "the count keeps old ones while nothing new comes",
                        keep(2, 7),
                        "d3@30 d2@40 d1@50",
                        "d3 within-count, d2 within-count, d1 BEYOND-COUNT-AND-AGE"),
                // held, proven, leaving
                of("held", keep(1, null), "d3@1 d2@2^ d1@3", "d3 within-count, d2 held, d1 BEYOND-COUNT"),
                of(
                        "the newest proven",
                        keep(1, null),
                        "d4@1 d3@2 d2@3* d1@4*",
                        "d4 within-count, d3 BEYOND-COUNT, d2 newest-proven, d1 BEYOND-COUNT"),
                of("leaving", keep(2, null), "d3@1 d2@2~ d1@3", "d3 within-count, d2 EXPIRING, d1 within-count"),
                // chains
                of(
                        "a chain goes as a whole",
                        full(1, null),
                        "I3@1<F2 F2@2 I2@3<F1,I1 I1@4<F1 F1@5",
                        "I3 stays-with-full, F2 within-count, I2 GOES-WITH-FULL, I1 GOES-WITH-FULL, F1 BEYOND-COUNT"),
                of(
                        "an incremental that is held keeps its chain, and no more",
                        full(1, null),
                        "F2@2 I2@3<F1,I1 I1@4<F1^ F1@5",
                        "F2 within-count, I2 GOES-WITH-FULL, I1 held, F1 needed"),
                of(
                        "a proven chain stays as a whole",
                        full(1, null),
                        "F2@2 D2@3<F1 D1@4<F1* F1@5",
                        "F2 within-count, D2 GOES-WITH-FULL, D1 newest-proven, F1 needed"),
                of(
                        "an incremental younger than its policy's age keeps its full",
                        List.of(full(1, null), hourly(4)),
                        "F2@2 I2@3<F1,I1 I1@5<F1 I0@6<F0 F1@7 F0@8",
                        "F2 within-count, I2 within-age, I1 needed, I0 TOO-OLD, F1 needed, F0 BEYOND-COUNT"),
                of(
                        "a chain is as damaged as what it begins with",
                        full(1, null),
                        "I2@1<F2 F2@2! I1@3<F1 F1@4",
                        "I2 stays-with-full, F2 within-count, I1 stays-with-full, F1 within-count"),
                of(
                        "fulls of no policy are counted among all",
                        full(2, null),
                        "FX4@1 F3@2 FX2@3 F1@4 FX0@5",
                        "FX4 within-count, F3 within-count, FX2 BEYOND-COUNT, F1 within-count, FX0 BEYOND-COUNT"),
                of(
                        "of fulls that no policy counts, only those that stay are counted as newer",
                        List.of(full(1, null), new Rule("monthly", "pgbackrest", "full", 3, null)),
                        "F4@1 F3@2 F2@3 FX1@4",
                        "F4 within-count, F3 BEYOND-COUNT, F2 BEYOND-COUNT, FX1 within-count"),
                of(
                        "an incremental that became full is counted among all fulls, whatever its policy's age",
                        List.of(full(2, null), hourly(1)),
                        "F3@1 FH2@2 F1@3",
                        "F3 within-count, FH2 within-count, F1 within-count"),
                of(
                        "fulls that no policy counts are counted in their own repository",
                        full(1, null),
                        "F3@1 FX2@2% FX1@3%",
                        "F3 within-count, FX2 within-count, FX1 BEYOND-COUNT"),
                of(
                        "sets of one label in two repositories are two",
                        full(1, null),
                        "F9@1 I1@2<F1% F1'@3% F2@4 F1@5",
                        "F9 within-count, I1 last-usable, F1' needed, F2 BEYOND-COUNT, F1 BEYOND-COUNT"),
                of(
                        "what depends on one that leaves leaves too, however young",
                        List.of(full(9, null), hourly(10)),
                        "F2@1 I1@2<F1 F1@3~",
                        "F2 within-count, I1 GOES-WITH-FULL, F1 EXPIRING"),
                of(
                        "the newest full beyond the age begins the window",
                        full(null, 7),
                        "F3@1 I2@7<F2 F2@8 F1@15",
                        "F3 within-age, I2 stays-with-full, F2 window-begins, F1 TOO-OLD"),
                of(
                        "what Lifeboat did not take may be needed",
                        full(1, null),
                        "F2@1 I1@2? F1@3",
                        "F2 within-count, I1 base-unknown, F1 BEYOND-COUNT"),
                of(
                        "what depends on one that leaves leaves too",
                        full(9, null),
                        "F2@1 I1@2<F1 F1@3~",
                        "F2 within-count, I1 GOES-WITH-FULL, F1 EXPIRING"),
                of(
                        "the last of a repository stays",
                        full(1, null),
                        "F3@1 F2@2% F1@3%",
                        "F3 within-count, F2 last-usable, F1 BEYOND-COUNT"));
    }

    private static Arguments of(String what, Rule rule, String there, String expected) {
        return of(what, List.of(rule), there, expected);
    }

    private static Arguments of(String what, List<Rule> rules, String there, String expected) {
        return Arguments.of(what, new RetentionRules(rules), there, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void eachStaysOrGoesForAReason(String what, RetentionRules rules, String there, String expected) {
        Map<UUID, String> names = names(there);

        RetentionPlan plan = RetentionPlan.decide(backups(there), rules, NOW);

        assertThat(plan.decisions().stream()
                        .map(decision -> names.get(decision.backup().id()) + " " + word(decision))
                        .collect(Collectors.joining(", ")))
                .isEqualTo(expected);
        assertThat(plan.decisions()).allSatisfy(decision -> assertThat(decision.explanation())
                .matches("(?s)retention\\.[a-z-]+: .{20,}|left"));
    }

    @Test
    void whatGoesIsRemovedOldestChainFirstAndNothingBeforeWhatDependsOnIt() {
        String there = "F3@1 D2@2<F2 F2@3 I1@4<F1,I0 I0@5<F1 F1@6";
        Map<UUID, String> names = names(there);

        RetentionPlan plan = RetentionPlan.decide(backups(there), new RetentionRules(List.of(full(1, null))), NOW);

        assertThat(plan.going())
                .extracting(decision -> names.get(decision.backup().id()))
                .containsExactly("I1", "I0", "F1", "D2", "F2");
    }

    @Test
    void physicalBackupsStandEachAloneAndAreKeptLikeDumps() {
        List<Candidate> there = backups("d4@1 d3@2! d2@3 d1@4").stream()
                .map(dump -> new Candidate(
                        dump.id(),
                        "physical",
                        dump.policy(),
                        dump.repository(),
                        null,
                        null,
                        dump.completedAt(),
                        dump.proof(),
                        dump.holds(),
                        null))
                .toList();
        BackupPolicy policy = new BackupPolicy(
                "nightly",
                "physical",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Retention(1, null, null));
        RetentionRules rules = RetentionRules.of(
                new ClusterSpec("shop", null, null, null, List.of("east"), null, List.of(policy), null, null));

        RetentionPlan plan = RetentionPlan.decide(there, rules, NOW);

        assertThat(plan.decisions())
                .extracting(RetentionPlanTest::word)
                .containsExactly("within-count", "BEYOND-COUNT", "BEYOND-COUNT", "BEYOND-COUNT");
        assertThat(plan.going().getFirst().explanation())
                .contains("there: physical " + there.getFirst().id());
    }

    @Test
    void theExplanationNamesRuleNewerOnesAndHolder() {
        List<Candidate> there = backups("d3@1 d2@2 d1@3^");

        RetentionPlan plan = RetentionPlan.decide(there, new RetentionRules(List.of(keep(1, null))), NOW);

        Decision gone = plan.going().getFirst();
        assertThat(gone.explanation())
                .isEqualTo("retention.beyond-count: policy nightly keeps the newest 1 usable ones, and 1 newer ones are"
                        + " there: dump " + there.get(0).id());
        assertThat(gone.because()).containsExactly(there.get(0).id());
        assertThat(gone.rule().policy()).isEqualTo("nightly");
        assertThat(plan.staying().getLast().explanation())
                .contains("recovery " + there.get(2).holds().getFirst().recoveryId()
                        + " holds it until 2026-11-21T12:10:00Z");
    }

    private static String word(Decision decision) {
        String word = decision.why().code().substring("retention.".length());
        return decision.goes() ? word.toUpperCase(java.util.Locale.ROOT) : word;
    }

    private static Map<UUID, String> names(String there) {
        return Stream.of(there.split(" ", -1))
                .map(text -> text.substring(0, text.indexOf('@')))
                .collect(Collectors.toMap(RetentionPlanTest::id, name -> name));
    }

    private static UUID id(String name) {
        return new UUID(0, name.hashCode());
    }

    private static List<Candidate> backups(String there) {
        List<Candidate> all = new ArrayList<>();
        for (String text : there.split(" ", -1)) {
            String name = text.substring(0, text.indexOf('@'));
            String age = text.substring(text.indexOf('@') + 1).replaceAll("[^0-9].*", "");
            List<String> prior = text.contains("?")
                    ? List.of("somebody-elses")
                    : text.contains("<")
                            ? List.of(text.replaceAll(".*<|[^A-Z0-9,]+$", "").split(",", -1))
                            : List.of();
            boolean dump = name.startsWith("d");
            all.add(new Candidate(
                    id(name),
                    dump ? "dump" : "pgbackrest",
                    policy(name),
                    text.contains("%") ? "west" : "east",
                    dump ? null : name.replace("'", ""),
                    prior,
                    NOW.minus(Duration.ofDays(Integer.parseInt(age))),
                    text.contains("!") ? Proof.FAILED : text.contains("*") ? Proof.PASSED : Proof.NONE,
                    text.contains("^") ? List.of(new Hold(new UUID(7, 7), NOW.plusSeconds(600))) : List.of(),
                    text.contains("~") ? "left" : null));
        }
        return all;
    }

    private static String policy(String name) {
        return switch (name.replaceAll("[0-9']", "")) {
            case "d" -> "nightly";
            case "dx" -> "gone";
            case "F" -> "weekly";
            case "dm", "FX" -> null;
            default -> "hourly";
        };
    }
}
