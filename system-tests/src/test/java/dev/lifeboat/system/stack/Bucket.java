package dev.lifeboat.system.stack;

import dev.lifeboat.local.S3Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A region's bucket, over S3 as anybody with its key sees it. */
public final class Bucket implements AutoCloseable {
    private final S3Endpoint endpoint;
    private final S3Client s3;

    private Bucket(S3Endpoint endpoint, S3Client s3) {
        this.endpoint = endpoint;
        this.s3 = s3;
    }

    /** That of {@code east} or {@code west}. */
    public static Bucket of(SystemStack stack, String region) {
        S3Endpoint endpoint = stack.plan().region(region);
        return new Bucket(
                endpoint,
                S3Client.builder()
                        .endpointOverride(URI.create(endpoint.endpoint()))
                        .region(Region.of(endpoint.region()))
                        .forcePathStyle(true)
                        .credentialsProvider(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(endpoint.accessKey(), endpoint.secretKey())))
                        .httpClient(UrlConnectionHttpClient.builder()
                                .tlsTrustManagersProvider(() -> trusting(endpoint))
                                .build())
                        .build());
    }

    /** All keys. */
    public List<String> keys() {
        return s3.listObjectsV2Paginator(request -> request.bucket(endpoint.bucket())).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    /** Keys of the uploads that were begun and neither completed nor ended. */
    public List<String> unfinishedUploads() {
        return s3.listMultipartUploadsPaginator(request -> request.bucket(endpoint.bucket())).uploads().stream()
                .map(MultipartUpload::key)
                .toList();
    }

    /** The metadata of an object, as one text. */
    public String metadata(String key) {
        return s3.headObject(request -> request.bucket(endpoint.bucket()).key(key))
                .toString();
    }

    /** Copies an object within the bucket, with other metadata. */
    public void copy(String from, String to, Map<String, String> metadata) {
        s3.copyObject(request -> request.sourceBucket(endpoint.bucket())
                .sourceKey(from)
                .destinationBucket(endpoint.bucket())
                .destinationKey(to)
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(metadata));
    }

    /** The bytes of an object. */
    public byte[] bytes(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(endpoint.bucket()).key(key))
                .asByteArray();
    }

    @Override
    public void close() {
        s3.close();
    }

    private static TrustManager[] trusting(S3Endpoint endpoint) {
        try (InputStream pem = Files.newInputStream(endpoint.caFile())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate of " + endpoint.name() + " cannot be read", e);
        }
    }
}
