package dev.lifeboat.platform.store;

import dev.lifeboat.platform.secrets.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an S3 store is and how to get in.
 *
 * @param endpoint http or https address without path
 * @param region region that requests are signed for
 * @param bucket name of the bucket; it must exist
 * @param prefix before every key; empty, or ending in a slash
 * @param accessKey id of the key
 * @param secretKey the key itself
 * @param caFile certificates to trust instead of the JVM's, PEM
 * @param pathStyle {@code endpoint/bucket/key} instead of {@code bucket.endpoint/key}
 */
public record S3Settings(
        URI endpoint,
        String region,
        String bucket,
        String prefix,
        String accessKey,
        Secret secretKey,
        Optional<Path> caFile,
        boolean pathStyle) {
    public S3Settings {
        if (endpoint.getHost() == null
                || !("https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme()))) {
            throw new IllegalArgumentException("not an http or https address: " + endpoint);
        }
        if (!prefix.isEmpty() && (prefix.startsWith("/") || !prefix.endsWith("/"))) {
            throw new IllegalArgumentException("a prefix is empty, or ends in a slash and does not begin with one");
        }
    }
}
