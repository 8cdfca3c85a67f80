package dev.lifeboat.backup.fleet;

import java.time.Instant;
import java.util.UUID;

/**
 * A declaration as it is stored.
 *
 * @param id minted when the name was declared; another one after a removal
 * @param version grows with each change, and over removals
 * @param spec with defaults filled in
 * @param digest hex SHA-256 of the spec's canonical JSON
 * @param systemIdentifier of the server that answered last; clusters alone, null before
 */
record Declared<S>(
        UUID id,
        String name,
        long version,
        S spec,
        String digest,
        String systemIdentifier,
        String declaredBy,
        Instant declaredAt,
        Instant changedAt) {}
