package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.retention.RetentionRules.Rule;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Why, in words. */
final class Explanations {
    private static final int NAMED = 3;

    private Explanations() {}

    static String noRule(Candidate backup) {
        return backup.policy() == null
                ? "it was asked for by hand and belongs to no policy, and no rule counts it"
                : "policy " + backup.policy() + " has no retention now, or is not declared any more";
    }

    static String withinCount(Rule rule, boolean usable, List<Candidate> newer) {
        return usable
                ? "it is number %d of the newest %d usable ones that %s keeps"
                        .formatted(newer.size() + 1, rule.count(), rule.owner())
                : "a restore of it failed, so it does not count; it goes once %d newer usable ones are there (%s), now %d"
                        .formatted(rule.count(), rule.owner(), newer.size());
    }

    static String withinAge(Rule rule, Candidate backup) {
        return "it is from %s, and %s keeps what is younger than %s"
                .formatted(time(backup), rule.owner(), rule.maxAge());
    }

    static String windowBegins(Rule rule) {
        return "it is the newest full backup older than %s (%s): any second within that time is reached from it"
                .formatted(rule.maxAge(), rule.owner());
    }

    static String staysWithFull(Candidate root) {
        return "it depends on " + root.name() + ", which stays";
    }

    static String goesWithFull(Candidate root) {
        return "no rule of its own keeps it, and none keeps " + root.name() + " that it depends on";
    }

    static String lastUsable(Candidate backup) {
        return "no rule keeps it, but it is the newest usable backup " + scope(backup)
                + ", and the last one never goes";
    }

    static String newestProven(Candidate backup) {
        return "no rule keeps it, but it is the newest backup " + scope(backup) + " that was proven to restore";
    }

    static String nothingUsable(Candidate backup) {
        return "no rule keeps it, but no backup " + scope(backup) + " is usable, and nothing goes until one is";
    }

    static String held(Candidate backup) {
        return "no rule keeps it, but it is being read: "
                + backup.holds().stream()
                        .map(hold -> "recovery " + hold.recoveryId() + " holds it until "
                                + hold.expiresAt().truncatedTo(ChronoUnit.SECONDS))
                        .collect(Collectors.joining(", "));
    }

    static String needed(List<Candidate> kept) {
        return "no rule keeps it, but what stays depends on it: " + named(kept);
    }

    static String baseUnknown(Candidate backup) {
        return "it depends on " + String.join(", ", backup.priorLabels())
                + ", not all of which Lifeboat took: nobody said that these may go";
    }

    static String adopted() {
        return "it was adopted from a stanza that Lifeboat did not make: whoever made it decides when it goes; it counts for"
                + " no rule";
    }

    static String goes(Why why, Rule rule, Candidate backup, List<Candidate> newer) {
        String count = "%s keeps the newest %d usable ones, and %d newer ones are there: %s"
                .formatted(rule.owner(), rule.count(), newer.size(), named(newer));
        String age =
                "%s keeps backups for %s, and this one is from %s".formatted(rule.owner(), rule.maxAge(), time(backup));
        return switch (why) {
            case BEYOND_COUNT -> count;
            case TOO_OLD -> age;
            default -> count + "; " + age;
        };
    }

    private static String scope(Candidate backup) {
        if (backup.pgbackrest()) {
            return "of pgbackrest in repository " + backup.repository();
        }
        return backup.policy() == null ? "without a policy" : "of policy " + backup.policy();
    }

    private static String named(List<Candidate> backups) {
        String names = backups.stream().limit(NAMED).map(Candidate::name).collect(Collectors.joining(", "));
        return backups.size() > NAMED ? names + " and " + (backups.size() - NAMED) + " more" : names;
    }

    private static String time(Candidate backup) {
        return backup.completedAt().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
