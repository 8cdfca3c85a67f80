package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.retention.RetentionRules.Rule;
import java.util.List;
import java.util.UUID;

/**
 * What becomes of one backup, explained.
 *
 * @param rule that decided; null where none did
 * @param reason one or two sentences for a person who asks years later
 * @param because other backups that the reason rests on: newer ones, or those that depend on it
 */
record Decision(Candidate backup, Why why, Rule rule, String reason, List<UUID> because) {

    Decision {
        because = List.copyOf(because);
    }

    static Decision of(Candidate backup, Why why, Rule rule, String reason, List<Candidate> because) {
        return new Decision(
                backup, why, rule, reason, because.stream().map(Candidate::id).toList());
    }

    static Decision of(Candidate backup, Why why, String reason) {
        return new Decision(backup, why, null, reason, List.of());
    }

    boolean goes() {
        return why.goes();
    }

    /** Reason with its code, as it is kept with the backup and said in its event. */
    String explanation() {
        return why == Why.EXPIRING ? backup.expiring() : why.code() + ": " + reason;
    }
}
