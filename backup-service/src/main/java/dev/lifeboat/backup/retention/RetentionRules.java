package dev.lifeboat.backup.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a cluster's declaration says about keeping backups.
 *
 * @param rules of the policies that say anything; a policy that says nothing keeps everything
 */
record RetentionRules(List<Rule> rules) {
    /** Nothing may go. */
    static final RetentionRules NONE = new RetentionRules(List.of());

    /**
     * A policy's rule. What any of its two parts keeps, stays.
     *
     * @param policy null for the rule of a whole pgBackRest archive
     * @param type of a pgBackRest policy: full, differential, incremental
     * @param count newest usable ones that stay; null if it does not count
     * @param maxAge younger ones stay; null if age does not matter
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Rule(String policy, String method, String type, Integer count, Duration maxAge) {

        boolean ofFulls() {
            return method.equals("pgbackrest") && (type == null || type.equals("full"));
        }

        String owner() {
            return policy == null ? "the archive as a whole" : "policy " + policy;
        }
    }

    RetentionRules {
        rules = List.copyOf(rules);
    }

    static RetentionRules of(ClusterSpec spec) {
        return spec.backups() == null
                ? NONE
                : new RetentionRules(spec.backups().stream()
                        .filter(policy -> policy.retention() != null)
                        .map(RetentionRules::rule)
                        .filter(rule -> rule.count() != null || rule.maxAge() != null)
                        .toList());
    }

    private static Rule rule(BackupPolicy policy) {
        BackupPolicy.Retention retention = policy.retention();
        Integer count = policy.method().equals("pgbackrest") ? retention.full() : retention.keep();
        return new Rule(policy.name(), policy.method(), policy.type(), count, retention.maxAge());
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /** The rule of the policy that took a backup, as it is declared now. */
    Optional<Rule> own(Candidate backup) {
        return rules.stream()
                .filter(rule -> rule.policy().equals(backup.policy())
                        && rule.method().equals(backup.method())
                        // an incremental that became full is no business of a policy that counts no fulls
                        && !(backup.pgbackrest() && backup.base() && !rule.ofFulls()))
                .findFirst();
    }

    /**
     * The rule for full backups of pgBackRest that no policy counts: asked for by hand, or begun as an incremental. Each
     * holds the WAL from its beginning on, so they are counted among all fulls of their repository, by the most
     * generous of the rules.
     */
    Optional<Rule> archive() {
        List<Rule> fulls = rules.stream().filter(Rule::ofFulls).toList();
        return fulls.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Rule(null, "pgbackrest", "full", most(fulls, Rule::count), most(fulls, Rule::maxAge)));
    }

    private static <T extends Comparable<T>> T most(List<Rule> rules, Function<Rule, T> part) {
        return rules.stream()
                .map(part)
                .filter(Objects::nonNull)
                .max(T::compareTo)
                .orElse(null);
    }
}
