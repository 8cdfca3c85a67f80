package dev.lifeboat.backup.retention;

import static dev.lifeboat.backup.retention.Chains.BY_AGE;

import dev.lifeboat.backup.retention.Candidate.Proof;
import dev.lifeboat.backup.retention.RetentionRules.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which of a cluster's backups stay and which go, each with its reason: a function of what is there, what is declared and
 * the time. It keeps these laws, whatever is declared:
 *
 * <ul>
 *   <li>of each policy's dumps or physical backups, and of each pgBackRest repository, the newest usable backup stays, and
 *       the newest that was proven to restore; where none is usable, all stay;
 *   <li>what a running recovery reads stays;
 *   <li>what a backup that stays depends on stays;
 *   <li>once all that goes is gone, or any part of it in the order of {@link #going}, deciding again finds nothing new.
 * </ul>
 */
final class RetentionPlan {
    private final Chains chains;
    private final RetentionRules rules;
    private final Instant now;
    private final List<Candidate> newestFirst;
    private final Set<UUID> leaving = new HashSet<>();
    private final Map<UUID, Decision> decided = new HashMap<>();
    private List<Decision> adopted = List.of();

    private RetentionPlan(Collection<Candidate> backups, RetentionRules rules, Instant now) {
        this.chains = new Chains(backups);
        this.rules = rules;
        this.now = now;
        this.newestFirst = backups.stream().sorted(BY_AGE.reversed()).toList();
    }

    /** Decides about these backups of one cluster: all that are completed or on their way out. */
    static RetentionPlan decide(Collection<Candidate> backups, RetentionRules rules, Instant now) {
        RetentionPlan plan = new RetentionPlan(backups, rules, now);
        plan.whatIsLeaving();
        plan.bases();
        plan.dependants();
        plan.protect();
        plan.whatIsNeeded();
        plan.theRest();
        return plan;
    }

    /** The same beside backups that were adopted: they stay, and nothing goes because they are there. */
    static RetentionPlan decide(
            Collection<Candidate> backups, Collection<Candidate> adopted, RetentionRules rules, Instant now) {
        RetentionPlan plan = decide(backups, rules, now);
        plan.adopted = adopted.stream()
                .sorted(BY_AGE.reversed())
                .map(backup -> Decision.of(backup, Why.ADOPTED, Explanations.adopted()))
                .toList();
        return plan;
    }

    /** All decisions, newest backup first; those about adopted ones last. */
    List<Decision> decisions() {
        return Stream.concat(newestFirst.stream().map(backup -> decided.get(backup.id())), adopted.stream())
                .toList();
    }

    /** Those that stay, newest first. */
    List<Decision> staying() {
        return decisions().stream().filter(decision -> !decision.goes()).toList();
    }

    /** Those that go, in the order of their removal. */
    List<Decision> going() {
        return newestFirst.stream()
                .sorted(chains.removal())
                .map(backup -> decided.get(backup.id()))
                .filter(Decision::goes)
                .toList();
    }

    /**
     * What is to be removed next.
     *
     * @param failed could not be removed; nor, for now, can what they depend on
     * @param away repositories that do not answer
     */
    Optional<Decision> next(Set<UUID> failed, Set<String> away) {
        Set<UUID> waiting = new HashSet<>();
        for (Decision decision : going()) {
            Candidate backup = decision.backup();
            boolean waits = failed.contains(backup.id())
                    || away.contains(backup.repository())
                    || chains.dependants(backup).stream().anyMatch(each -> waiting.contains(each.id()));
            if (!waits) {
                return Optional.of(decision);
            }
            waiting.add(backup.id());
        }
        return Optional.empty();
    }

    private void whatIsLeaving() {
        for (Candidate backup : newestFirst) {
            if (backup.expiring() != null) {
                leaving.add(backup.id());
                decide(Decision.of(backup, Why.EXPIRING, "its removal has begun and is to be finished"));
            }
        }
        for (Candidate backup : newestFirst) {
            chains.ancestors(backup).stream()
                    .filter(ancestor -> leaving.contains(ancestor.id()))
                    .findFirst()
                    .filter(ancestor -> leaving.add(backup.id()))
                    .ifPresent(ancestor -> decide(Decision.of(
                            backup,
                            Why.GOES_WITH_FULL,
                            null,
                            "it cannot be restored without " + ancestor.name() + ", which is being removed",
                            List.of(ancestor))));
        }
    }

    private void bases() {
        for (Candidate base : remaining(Candidate::base)) {
            Optional<Rule> own = rules.own(base);
            Optional<Rule> rule = own.isEmpty() && base.pgbackrest() ? rules.archive() : own;
            if (rule.isEmpty()) {
                decide(Decision.of(base, Why.NO_RULE, Explanations.noRule(base)));
            } else {
                stayBy(base, rule.get());
            }
        }
    }

    private void stayBy(Candidate base, Rule rule) {
        List<Candidate> newer = newerThatCount(base, rule);
        if (rule.count() != null && newer.size() < rule.count()) {
            decide(Decision.of(
                    base, Why.WITHIN_COUNT, rule, Explanations.withinCount(rule, usable(base), newer), newer));
        } else if (rule.maxAge() != null && young(base, rule)) {
            decide(Decision.of(base, Why.WITHIN_AGE, rule, Explanations.withinAge(rule, base), List.of()));
        } else if (beginsWindow(base, rule)) {
            decide(Decision.of(base, Why.WINDOW_BEGINS, rule, Explanations.windowBegins(rule), List.of()));
        }
    }

    /** Newer usable ones of the same policy; for the archive's rule those of any policy in its repository that a rule keeps. */
    private List<Candidate> newerThatCount(Candidate base, Rule rule) {
        return newestFirst.stream()
                .filter(other -> other.base() && other.method().equals(base.method()) && usable(other))
                .filter(other -> BY_AGE.compare(other, base) > 0)
                .filter(other -> rule.policy() == null
                        ? stays(other) && other.repository().equals(base.repository())
                        : rule.policy().equals(other.policy()))
                .toList();
    }

    private boolean beginsWindow(Candidate base, Rule rule) {
        return rule.maxAge() != null
                && base.pgbackrest()
                && newestFirst.stream()
                        .filter(other -> other.base() && other.pgbackrest() && usable(other))
                        .filter(other -> other.repository().equals(base.repository()) && !young(other, rule))
                        .filter(other -> rule.policy() == null || rule.policy().equals(other.policy()))
                        .findFirst()
                        .filter(base::equals)
                        .isPresent();
    }

    private void dependants() {
        for (Candidate backup : remaining(candidate -> !candidate.base())) {
            Optional<Rule> own = rules.own(backup).filter(rule -> rule.maxAge() != null);
            if (!chains.complete(backup) || chains.root(backup).isEmpty()) {
                decide(Decision.of(backup, Why.BASE_UNKNOWN, Explanations.baseUnknown(backup)));
            } else if (own.isPresent()) {
                if (young(backup, own.get())) {
                    decide(Decision.of(
                            backup, Why.WITHIN_AGE, own.get(), Explanations.withinAge(own.get(), backup), List.of()));
                }
            } else {
                Candidate root = chains.root(backup).get();
                if (stays(root)) {
                    Rule rule = decided.get(root.id()).rule();
                    decide(Decision.of(
                            backup, Why.STAYS_WITH_FULL, rule, Explanations.staysWithFull(root), List.of(root)));
                }
            }
        }
    }

    /** What stays whatever the rules say. */
    private void protect() {
        Map<Object, List<Candidate>> scopes =
                newestFirst.stream().filter(this::lives).collect(Collectors.groupingBy(RetentionPlan::scope));
        for (List<Candidate> scope : scopes.values()) {
            Optional<Candidate> last = scope.stream().filter(this::usable).findFirst();
            last.ifPresent(backup -> stay(Decision.of(backup, Why.LAST_USABLE, Explanations.lastUsable(backup))));
            scope.stream()
                    .filter(backup -> usable(backup) && backup.proof() == Proof.PASSED)
                    .findFirst()
                    .ifPresent(
                            backup -> stay(Decision.of(backup, Why.NEWEST_PROVEN, Explanations.newestProven(backup))));
            if (last.isEmpty()) {
                scope.forEach(
                        backup -> stay(Decision.of(backup, Why.NOTHING_USABLE, Explanations.nothingUsable(backup))));
            }
        }
        remaining(backup -> !backup.holds().isEmpty())
                .forEach(backup -> stay(Decision.of(backup, Why.HELD, Explanations.held(backup))));
    }

    /** Among which backups the newest usable one must stay: those of one policy, or one pgBackRest repository. */
    private static Object scope(Candidate backup) {
        return backup.pgbackrest()
                ? List.of("pgbackrest", backup.repository())
                : List.of(backup.method(), String.valueOf(backup.policy()));
    }

    private void whatIsNeeded() {
        // Newest first: what is needed only by something needed is found too.
        for (Candidate backup : remaining(candidate -> true)) {
            List<Candidate> kept = chains.dependants(backup).stream()
                    .filter(this::stays)
                    .sorted(BY_AGE.reversed())
                    .toList();
            if (!kept.isEmpty()) {
                decide(Decision.of(backup, Why.NEEDED, null, Explanations.needed(kept), kept));
            }
        }
    }

    private void theRest() {
        for (Candidate backup : remaining(candidate -> true)) {
            Optional<Rule> own = rules.own(backup);
            if (!backup.base() && own.filter(rule -> rule.maxAge() != null).isEmpty()) {
                Candidate root = chains.root(backup).orElseThrow();
                decide(Decision.of(backup, Why.GOES_WITH_FULL, null, Explanations.goesWithFull(root), List.of(root)));
            } else {
                goBy(backup, own.or(rules::archive).orElseThrow());
            }
        }
    }

    private void goBy(Candidate backup, Rule rule) {
        boolean counted = rule.count() != null && backup.base();
        List<Candidate> newer = counted ? newerThatCount(backup, rule) : List.of();
        Why why = !counted ? Why.TOO_OLD : rule.maxAge() == null ? Why.BEYOND_COUNT : Why.BEYOND_COUNT_AND_AGE;
        List<Candidate> shown = new ArrayList<>(newer.subList(0, Math.min(newer.size(), counted ? rule.count() : 0)));
        decide(Decision.of(backup, why, rule, Explanations.goes(why, rule, backup, newer), shown));
    }

    /** Completed, and neither it nor anything that it depends on was judged failed, is missing or is leaving. */
    private boolean usable(Candidate backup) {
        return lives(backup)
                && chains.complete(backup)
                && backup.proof() != Proof.FAILED
                && chains.ancestors(backup).stream().allMatch(each -> lives(each) && each.proof() != Proof.FAILED);
    }

    private boolean stays(Candidate backup) {
        Decision decision = decided.get(backup.id());
        return decision != null && !decision.goes();
    }

    private boolean lives(Candidate backup) {
        return !leaving.contains(backup.id());
    }

    private boolean young(Candidate backup, Rule rule) {
        return !backup.completedAt().isBefore(now.minus(rule.maxAge()));
    }

    /** Not yet decided, newest first. */
    private List<Candidate> remaining(Predicate<Candidate> which) {
        return newestFirst.stream()
                .filter(backup -> !decided.containsKey(backup.id()) && which.test(backup))
                .toList();
    }

    private void stay(Decision decision) {
        decided.putIfAbsent(decision.backup().id(), decision);
    }

    private void decide(Decision decision) {
        decided.put(decision.backup().id(), decision);
    }
}
