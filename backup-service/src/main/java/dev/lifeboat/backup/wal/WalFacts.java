package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.wal.Commit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about a stretch of WAL beside its bytes; kept as the object's metadata, so that the recovery window can be
 * computed from the store alone.
 *
 * @param systemIdentifier of the database system that wrote it
 * @param firstCommit first one whose record ends in the segment, so far
 * @param lastCommit last one up to the end of the stretch; may lie before its beginning
 */
public record WalFacts(String systemIdentifier, Optional<Commit> firstCommit, Optional<Commit> lastCommit) {
    /** Metadata: the database system's identifier. */
    public static final String SYSTEM = "system-identifier";

    /** Metadata: SHA-256 of the WAL itself, before it was encoded; hexadecimal. */
    public static final String WAL_SHA256 = "wal-sha256";

    /** Metadata: when the first transaction of the segment was committed, ISO 8601 UTC. */
    public static final String FIRST_COMMIT_TIME = "first-commit-time";

    /** Metadata: behind the record of that commit. */
    public static final String FIRST_COMMIT_LSN = "first-commit-lsn";

    /** Metadata: when the last transaction up to the end was committed, ISO 8601 UTC. */
    public static final String LAST_COMMIT_TIME = "last-commit-time";

    /** Metadata: behind the record of that commit. */
    public static final String LAST_COMMIT_LSN = "last-commit-lsn";

    Map<String, String> metadata(String sha256) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(SYSTEM, systemIdentifier);
        metadata.put(WAL_SHA256, sha256);
        firstCommit.ifPresent(commit -> {
            metadata.put(FIRST_COMMIT_TIME, commit.time().toString());
            metadata.put(FIRST_COMMIT_LSN, commit.end().toString());
        });
        lastCommit.ifPresent(commit -> {
            metadata.put(LAST_COMMIT_TIME, commit.time().toString());
            metadata.put(LAST_COMMIT_LSN, commit.end().toString());
        });
        return metadata;
    }
}
