package dev.lifeboat.backup.dump;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.time.Instant;
import java.util.UUID;

/**
 * What a repository says about a cluster whose backups it holds ({@code cluster.json}): with this and the manifests the
 * catalogue can be rebuilt from the bucket alone. Secrets are references.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ClusterDescription(
        int formatVersion,
        UUID clusterId,
        String name,
        long version,
        ClusterSpec spec,
        String systemIdentifier,
        Instant writtenAt) {
    static final int FORMAT_VERSION = 1;
}
