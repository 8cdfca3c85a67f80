package dev.lifeboat.verifier.ledger.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What somebody asked for or said, and Lifeboat did not measure.
 *
 * @param requestedBy pseudonym of the principal, see the pseudonyms of the ledger; absent when a schedule asked
 * @param policy that it ran under; absent when there was none
 * @param method {@code dump}, {@code physical} or {@code pgbackrest}
 * @param type of the drill ({@code restore-test}, ...) or of the backup ({@code full}, {@code custom}, ...)
 * @param repository where the bytes were read from or written to
 * @param backupId that was restored; absent for a backup's own run
 * @param target that was to be reached; absent for a backup
 * @param facts anything else that was said and taken as it was, e.g. the planned size or the assumed incident
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"requestedBy", "policy", "method", "type", "repository", "backupId", "target", "facts"})
public record Declared(
        UUID requestedBy,
        Policy policy,
        String method,
        String type,
        String repository,
        UUID backupId,
        Target target,
        SortedMap<String, String> facts) {

    /** Takes a copy of the facts. */
    public Declared {
        facts = Collections.unmodifiableSortedMap(
                facts == null ? new TreeMap<>() : new TreeMap<>((Map<String, String>) facts));
    }

    /** A policy as it was when the run began. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"name", "version"})
    public record Policy(String name, Long version) {}

    /** The moment that a recovery was to reach. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"type", "value"})
    public record Target(String type, String value) {}
}
