package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.time.Instant;
import java.util.UUID;

/**
 * What a repository says about a cluster whose backups it holds ({@code cluster.json}): with this and the manifests the
 * catalogue can be rebuilt from the bucket alone. Secrets are references.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterDescription(
        int formatVersion,
        UUID clusterId,
        String name,
        long version,
        ClusterSpec spec,
        String systemIdentifier,
        Instant writtenAt) {
    /** The version of this format that is written now. */
    public static final int FORMAT_VERSION = 1;
}
