package dev.lifeboat.verifier.schedule;

import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import java.util.UUID;

/**
 * A policy of a declared cluster.
 *
 * @param kind of its runs
 * @param policy name; backup and drill policies may share one
 */
public record PolicyKey(UUID clusterId, Kind kind, String policy) {}
