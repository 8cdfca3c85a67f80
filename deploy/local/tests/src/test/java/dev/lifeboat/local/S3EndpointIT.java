package dev.lifeboat.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Two regions over TLS, each with a bucket, a key and a certificate of its own. */
class S3EndpointIT {
    private final LocalParts parts = LocalParts.shared();

    @Test
    void whatIsPutIsListedAndReadBackOverTls() throws Exception {
        S3Endpoint east = parts.east();
        try (S3Client s3 = client(east, east, east.secretKey())) {
            s3.putObject(b -> b.bucket(east.bucket()).key("lifeboat/a b/ü"), RequestBody.fromString("content"));

            assertThat(s3.listObjectsV2(b -> b.bucket(east.bucket()).prefix("lifeboat/"))
                            .contents())
                    .extracting(object -> object.key())
                    .containsExactly("lifeboat/a b/ü");
            assertThat(s3.getObjectAsBytes(b -> b.bucket(east.bucket()).key("lifeboat/a b/ü"))
                            .asUtf8String())
                    .isEqualTo("content");
        }
        assertThat(east.objects(east.bucket()).resolve("lifeboat/a b/ü")).hasContent("content");
    }

    @Test
    void aWrongSecretIsRefused() throws Exception {
        S3Endpoint east = parts.east();
        try (S3Client s3 = client(east, east, "wrong")) {
            assertThatThrownBy(() -> s3.listObjectsV2(b -> b.bucket(east.bucket())))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void theOtherRegionsCertificateIsNotTrusted() throws Exception {
        try (S3Client s3 = client(parts.east(), parts.west(), parts.east().secretKey())) {
            assertThatThrownBy(() -> s3.listBuckets())
                    .hasRootCauseMessage("unable to find valid certification path to requested target")
                    .hasStackTraceContaining(SSLHandshakeException.class.getSimpleName());
        }
    }

    private static S3Client client(S3Endpoint to, S3Endpoint trusted, String secret) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(trusted.caFile())) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        TrustManager[] managers = factory.getTrustManagers();
        return S3Client.builder()
                .endpointOverride(URI.create(to.endpoint()))
                .region(Region.of(to.region()))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(to.accessKey(), secret)))
                .httpClient(UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(() -> managers)
                        .build())
                .build();
    }
}
