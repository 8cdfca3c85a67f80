package dev.lifeboat.backup.retention;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A backup whose objects are in a repository, as far as its retention is concerned.
 *
 * @param policy that it was taken by; null when a request made it up
 * @param label of a pgBackRest set, else null
 * @param priorLabels what it depends on; empty for a dump and for a full backup
 * @param holds who reads it now, itself or as part of a chain that a later backup depends on
 * @param expiring why it is going already; null if it is not: from there is no way back
 */
record Candidate(
        UUID id,
        String method,
        String policy,
        String repository,
        String label,
        List<String> priorLabels,
        Instant completedAt,
        Proof proof,
        List<Hold> holds,
        String expiring) {

    Candidate {
        priorLabels = priorLabels == null ? List.of() : List.copyOf(priorLabels);
        holds = List.copyOf(holds);
    }

    /** What the newest verdict on a restore of it was. */
    enum Proof {
        /** Nobody restored it yet, or it came to no conclusion. */
        NONE,
        /** It was restored, and all was there. */
        PASSED,
        /** It was restored, and something was wrong: it does not count. */
        FAILED
    }

    /** A recovery that reads it, and when that claim ends unless it is renewed. */
    record Hold(UUID recoveryId, Instant expiresAt) {}

    /** A dump, or a full backup: depends on nothing. */
    boolean base() {
        return priorLabels.isEmpty();
    }

    boolean pgbackrest() {
        return method.equals("pgbackrest");
    }

    /** As people call it. */
    String name() {
        return label == null ? method + " " + id : method + " " + label + " (" + id + ")";
    }
}
