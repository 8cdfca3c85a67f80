package dev.lifeboat.platform.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes S3 clients that take nothing from the environment: no profile, no credentials but those given. */
final class S3Clients {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration ATTEMPT = Duration.ofMinutes(2);
    private static final Duration CALL = Duration.ofMinutes(6);
    private static final int ATTEMPTS = 5;
    private static final int CONNECTIONS = 64;

    private S3Clients() {}

    static S3Client open(S3Settings settings) {
        Apache5HttpClient.Builder http = Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(CONNECT)
                .socketTimeout(SILENCE);
        settings.caFile().ifPresent(file -> {
            TrustManager[] trusted = trusting(file);
            http.tlsTrustManagersProvider(() -> trusted);
        });
        ProfileFile none = ProfileFile.aggregator().build();
        return S3Client.builder()
                .endpointOverride(settings.endpoint())
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        settings.accessKey(), settings.secretKey().reveal())))
                .httpClientBuilder(http)
                .overrideConfiguration(client -> client.defaultProfileFile(none)
                        .apiCallAttemptTimeout(ATTEMPT)
                        .apiCallTimeout(CALL)
                        // Exponential from 100 ms with full jitter, and a token bucket that stops a storm of retries.
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()))
                .build();
    }

    private static TrustManager[] trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new GeneralSecurityException("no certificate in it");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new StoreException(
                    "Reading " + file,
                    StoreFault.fatal(
                            "store.ca-file-unreadable",
                            "The file with the trusted certificates cannot be used.",
                            "certificates in PEM form that this service may read",
                            e.toString(),
                            "Correct caFile in the repository's declaration, or the file's owner and mode."),
                    e);
        }
    }
}
