package dev.lifeboat.platform.pgbackrest;

import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a cluster's pgBackRest repository is.
 *
 * @param endpoint host, and port where it is not 443
 * @param region that requests are signed for
 * @param bucket existing bucket
 * @param path within the bucket, from its root, beginning with a slash
 * @param pathStyle bucket in the path instead of the host name
 * @param caFile authority that the endpoint's certificate must come from, PEM; none: those of the system
 * @param encrypted whether all of it is encrypted with a passphrase
 */
public record PgBackRestRepository(
        String endpoint,
        String region,
        String bucket,
        String path,
        boolean pathStyle,
        Optional<Path> caFile,
        boolean encrypted) {

    /**
     * The repository of one cluster in a declared object store.
     *
     * @throws PgBackRestException {@code pgbackrest.endpoint-not-tls}: pgBackRest speaks nothing but TLS
     */
    public static PgBackRestRepository of(RepositorySpec spec, String clusterName, UUID clusterId) {
        return at(spec, keyPrefix(clusterName, clusterId));
    }

    /**
     * The one whose tree lies below a key, wherever it came from.
     *
     * @param keyPrefix the repository's own prefix left out, without a slash at its end
     * @throws PgBackRestException {@code pgbackrest.endpoint-not-tls}
     */
    public static PgBackRestRepository at(RepositorySpec spec, String keyPrefix) {
        String prefix = spec.prefix() == null ? "" : spec.prefix();
        return new PgBackRestRepository(
                endpoint(spec.endpoint()),
                spec.region(),
                spec.bucket(),
                "/" + prefix + keyPrefix,
                Boolean.TRUE.equals(spec.pathStyle()),
                Optional.ofNullable(spec.caFile()).map(Path::of),
                spec.encryption() != null);
    }

    /** Prefix of all its keys, the repository's own prefix left out, without a slash at its end. */
    public static String keyPrefix(String clusterName, UUID clusterId) {
        return "clusters/" + clusterName + "/" + clusterId + "/pgbackrest";
    }

    private static String endpoint(String url) {
        URI uri = URI.create(url);
        if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new PgBackRestException(
                    "Configuring pgBackRest",
                    PgBackRestFault.fatal(
                            "pgbackrest.endpoint-not-tls",
                            "pgBackRest reaches object stores over TLS only.",
                            "an endpoint that begins with https://",
                            url,
                            "Use the https endpoint, or take the dump method for this cluster."));
        }
        return uri.getHost() + (uri.getPort() < 0 || uri.getPort() == 443 ? "" : ":" + uri.getPort());
    }
}
