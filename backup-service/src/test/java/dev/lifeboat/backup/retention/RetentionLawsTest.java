package dev.lifeboat.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.retention.Candidate.Hold;
import dev.lifeboat.backup.retention.Candidate.Proof;
import dev.lifeboat.backup.retention.RetentionRules.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What must hold of any fleet of backups under any rules. A failure names its seed. */
class RetentionLawsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final int SEEDS = 2000;

    @Test
    void whateverIsThereAndWhateverIsDeclaredTheLawsHold() {
        long went = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Candidate> there = backups(random);
            RetentionRules rules = rules(random);
            RetentionPlan plan = RetentionPlan.decide(there, rules, NOW);
            went += plan.going().size();
            check("seed " + seed, there, plan);
            again("seed " + seed, there, rules, plan, random);
        }
        assertThat(went).as("the laws are tried on something").isGreaterThan(SEEDS);
    }

    private static void check(String seed, List<Candidate> there, RetentionPlan plan) {
        Set<UUID> stay =
                plan.staying().stream().map(decision -> decision.backup().id()).collect(Collectors.toSet());
        assertThat(plan.decisions()).as(seed).hasSameSizeAs(there);
        for (Decision decision : plan.staying()) {
            assertThat(stay)
                    .as(seed + ": what %s depends on", decision.backup().name())
                    .containsAll(priors(there, decision.backup()).stream()
                            .map(Candidate::id)
                            .toList());
        }
        assertThat(there.stream().filter(backup -> !backup.holds().isEmpty()))
                .as(seed + ": held")
                .allMatch(backup -> stay.contains(backup.id()));
        scopes(there).forEach(scope -> {
            Optional<Candidate> last =
                    scope.stream().filter(backup -> usable(there, backup)).findFirst();
            last.ifPresent(
                    backup -> assertThat(stay).as(seed + ": the last usable").contains(backup.id()));
            scope.stream()
                    .filter(backup -> usable(there, backup) && backup.proof() == Proof.PASSED)
                    .findFirst()
                    .ifPresent(backup ->
                            assertThat(stay).as(seed + ": the newest proven").contains(backup.id()));
            if (last.isEmpty()) {
                assertThat(scope).as(seed + ": none is usable").allMatch(backup -> stay.contains(backup.id()));
            }
        });
    }

    /** Removed in part, in the order that the plan says, and decided again: the same ones go. */
    private static void again(
            String seed, List<Candidate> there, RetentionRules rules, RetentionPlan plan, Random random) {
        List<UUID> going =
                plan.going().stream().map(decision -> decision.backup().id()).toList();
        int removed = random.nextInt(going.size() + 1);
        Set<UUID> gone = new HashSet<>(going.subList(0, removed));
        List<Candidate> left = new ArrayList<>(
                there.stream().filter(backup -> !gone.contains(backup.id())).toList());
        if (removed < going.size()) {
            left.replaceAll(backup -> backup.id().equals(going.get(removed)) ? expiring(backup) : backup);
        }

        RetentionPlan next = RetentionPlan.decide(left, rules, NOW);

        assertThat(next.going())
                .as(seed + ": again")
                .extracting(decision -> decision.backup().id())
                .containsExactlyElementsOf(going.subList(removed, going.size()));
    }

    private static Candidate expiring(Candidate b) {
        return new Candidate(
                b.id(),
                b.method(),
                b.policy(),
                b.repository(),
                b.label(),
                b.priorLabels(),
                b.completedAt(),
                b.proof(),
                b.holds(),
                "begun");
    }

    /** By the words of the law, not by the code under test: newest first. */
    private static List<List<Candidate>> scopes(List<Candidate> there) {
        return List.copyOf(there.stream()
                .sorted(Chains.BY_AGE.reversed())
                .collect(Collectors.groupingBy(
                        backup -> backup.pgbackrest() ? "set in " + backup.repository() : "dump of " + backup.policy()))
                .values());
    }

    private static boolean usable(List<Candidate> there, Candidate backup) {
        List<Candidate> priors = priors(there, backup);
        return backup.proof() != Proof.FAILED
                && priors.size() == backup.priorLabels().size()
                && priors.stream().allMatch(prior -> prior.proof() != Proof.FAILED);
    }

    private static List<Candidate> priors(List<Candidate> there, Candidate backup) {
        return there.stream()
                .filter(other -> other.repository().equals(backup.repository())
                        && other.label() != null
                        && backup.priorLabels().contains(other.label()))
                .toList();
    }

    private static RetentionRules rules(Random random) {
        List<Rule> rules = new ArrayList<>();
        for (String policy : List.of("a", "b")) {
            rule(random, policy, "dump", null).ifPresent(rules::add);
        }
        for (String policy : List.of("weekly", "monthly")) {
            rule(random, policy, "pgbackrest", "full").ifPresent(rules::add);
        }
        rule(random, "hourly", "pgbackrest", "incremental")
                .filter(rule -> rule.maxAge() != null)
                .map(rule -> new Rule(rule.policy(), rule.method(), rule.type(), null, rule.maxAge()))
                .ifPresent(rules::add);
        return new RetentionRules(rules);
    }

    private static Optional<Rule> rule(Random random, String policy, String method, String type) {
        Integer count = random.nextBoolean() ? 1 + random.nextInt(4) : null;
        Duration age = random.nextBoolean() ? Duration.ofHours(1 + random.nextInt(60)) : null;
        return count == null && age == null
                ? Optional.empty()
                : Optional.of(new Rule(policy, method, type, count, age));
    }

    private static List<Candidate> backups(Random random) {
        List<Candidate> all = new ArrayList<>();
        int size = random.nextInt(25);
        for (int i = 0; i < size; i++) {
            Instant at = NOW.minus(Duration.ofHours(60 - 2L * i - random.nextInt(2)));
            all.add(random.nextInt(3) == 0 ? dump(random, at) : set(random, at, all, "S" + i));
        }
        return all;
    }

    private static Candidate dump(Random random, Instant at) {
        String policy = List.of("a", "b", "gone", "").get(random.nextInt(4));
        return new Candidate(
                id(random),
                "dump",
                policy.isEmpty() ? null : policy,
                "east",
                null,
                List.of(),
                at,
                proof(random),
                holds(random),
                null);
    }

    private static Candidate set(Random random, Instant at, List<Candidate> before, String label) {
        String repository = random.nextInt(4) == 0 ? "west" : "east";
        List<Candidate> sets = before.stream()
                .filter(backup -> backup.pgbackrest() && backup.repository().equals(repository))
                .toList();
        boolean full = sets.isEmpty() || random.nextInt(3) == 0;
        List<String> prior = new ArrayList<>();
        if (!full) {
            Candidate on = sets.get(random.nextInt(sets.size()));
            prior.addAll(on.priorLabels());
            prior.add(on.label());
        }
        List<String> policies = full ? List.of("weekly", "monthly", "hourly", "") : List.of("hourly", "daily", "");
        String policy = policies.get(random.nextInt(policies.size()));
        return new Candidate(
                id(random),
                "pgbackrest",
                policy.isEmpty() ? null : policy,
                repository,
                label,
                prior,
                at,
                proof(random),
                holds(random),
                null);
    }

    private static UUID id(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static Proof proof(Random random) {
        int n = random.nextInt(10);
        return n < 2 ? Proof.FAILED : n < 4 ? Proof.PASSED : Proof.NONE;
    }

    private static List<Hold> holds(Random random) {
        return random.nextInt(8) == 0 ? List.of(new Hold(id(random), NOW.plusSeconds(60))) : List.of();
    }
}
