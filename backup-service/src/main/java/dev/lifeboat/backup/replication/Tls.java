package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS for a connection, asked for as PostgreSQL wants it: a request in the clear, one byte of answer, then the handshake.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL">PostgreSQL: SSL Session
 *     Encryption</a>
 */
final class Tls {
    private static final int SSL_REQUEST = 80877103;

    private Tls() {}

    /**
     * Asks the server for TLS.
     *
     * @return the secured socket; empty when the server has no TLS
     */
    static Optional<SSLSocket> request(Socket plain, PostgresTarget target) throws IOException {
        plain.getOutputStream()
                .write(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
        // One byte and no more: what somebody in between might append must not be taken for the server's.
        int answer = plain.getInputStream().read();
        if (answer == 'N') {
            return Optional.empty();
        }
        if (answer != 'S') {
            throw ReplicationFaults.protocol("S or N in answer to a request for TLS", "byte " + answer, target);
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(target), null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, target.host(), target.port(), true);
            if (target.sslMode() == SslMode.VERIFY_FULL) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            return Optional.of(socket);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** The server's certificate, for binding the password exchange to this very connection. */
    static X509Certificate certificateOf(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** As libpq's modes mean it: only the two that verify ask who the server is. Null stands for the JVM's authorities. */
    private static TrustManager[] trust(PostgresTarget target) throws IOException, GeneralSecurityException {
        return switch (target.sslMode()) {
            case VERIFY_CA, VERIFY_FULL ->
                target.caFile().isPresent() ? authorities(target.caFile().get()) : null;
            case DISABLE, ALLOW, PREFER, REQUIRE -> new TrustManager[] {new Whoever()};
        };
    }

    private static TrustManager[] authorities(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** The modes up to {@code require} encrypt without asking who the server is. */
    private static final class Whoever extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
