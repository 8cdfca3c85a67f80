package dev.lifeboat.backup.replication;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.util.TlsServerEndpoint;
import dev.lifeboat.backup.replication.ReplicationFaults.Doing;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * Proves to the server who we are. A password crosses the network in the clear, or as MD5, only inside TLS; by SCRAM it never
 * crosses, and over TLS it is bound to the server's certificate.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sasl-authentication.html">PostgreSQL: SASL Authentication</a>
 */
final class Authentication {
    private final Wire wire;
    private final Optional<SSLSocket> secured;
    private final PostgresTarget target;

    Authentication(Wire wire, Optional<SSLSocket> secured, PostgresTarget target) {
        this.wire = wire;
        this.secured = secured;
        this.target = target;
    }

    /** Until the server is content. */
    void run() throws IOException {
        while (true) {
            requireAuthentication();
            int method = wire.takeInt();
            switch (method) {
                case 0 -> {
                    return;
                }
                case 3 -> {
                    requireTls("password");
                    wire.send('p', Wire.string(password().reveal()));
                }
                case 5 -> {
                    requireTls("md5");
                    wire.send('p', Wire.string(md5(wire.takeBytes(4))));
                }
                case 10 -> scram();
                default -> throw unsupported("method " + method);
            }
        }
    }

    /** Reads the next message of the exchange; an error ends it. */
    private void requireAuthentication() throws IOException {
        char type = wire.read();
        if (type == 'E') {
            throw ReplicationFaults.of(wire.takeError(), Doing.LOGIN, target);
        }
        if (type != 'R') {
            throw ReplicationFaults.protocol("a request to authenticate", "message " + type, target);
        }
    }

    private void scram() throws IOException {
        List<String> offered = new ArrayList<>();
        while (wire.remaining() > 1) {
            offered.add(wire.takeString());
        }
        if (!offered.contains("SCRAM-SHA-256")) {
            throw unsupported(String.join(", ", offered));
        }
        try {
            // PostgreSQL takes the user from the start-up message; the one in the exchange is not looked at.
            ScramClient.FinalBuildStage stage = ScramClient.builder()
                    .advertisedMechanisms(offered)
                    .username("*")
                    .password(password().reveal().toCharArray());
            if (secured.isPresent()) {
                byte[] binding = TlsServerEndpoint.getChannelBindingData(Tls.certificateOf(secured.get()));
                if (binding.length > 0) {
                    stage.channelBinding(TlsServerEndpoint.TLS_SERVER_END_POINT, binding);
                }
            }
            ScramClient client = stage.build();
            byte[] first = client.clientFirstMessage().toString().getBytes(StandardCharsets.UTF_8);
            byte[] name = Wire.string(client.getScramMechanism().getName());
            wire.send(
                    'p',
                    ByteBuffer.allocate(name.length + 4 + first.length)
                            .put(name)
                            .putInt(first.length)
                            .put(first)
                            .array());
            client.serverFirstMessage(continued(11));
            wire.send('p', client.clientFinalMessage().toString().getBytes(StandardCharsets.UTF_8));
            client.serverFinalMessage(continued(12));
        } catch (ScramException | CertificateException e) {
            throw new PostgresException(
                    "Logging in for replication at " + target.address(),
                    ReplicationFaults.fatal(
                            "replication.server-unproven",
                            "The server did not prove that it knows the password.",
                            "an exchange as SCRAM-SHA-256 wants it",
                            String.valueOf(e.getMessage()),
                            "Somebody may stand between us and the server: check the address, and use"
                                    + " sslMode verify-full."),
                    e);
        }
    }

    private String continued(int expected) throws IOException {
        requireAuthentication();
        int found = wire.takeInt();
        if (found != expected) {
            throw ReplicationFaults.protocol("step " + expected + " of SASL", "step " + found, target);
        }
        return wire.takeText(wire.remaining());
    }

    private Secret password() {
        return target.password()
                .orElseThrow(() -> new PostgresException(
                        "Logging in for replication at " + target.address(),
                        ReplicationFaults.fatal(
                                "replication.password-needed",
                                "The server asks for a password, and none is declared.",
                                "a password in the declaration of the cluster",
                                "none",
                                "Declare the password by reference, or let the role in without one in pg_hba.conf."),
                        null));
    }

    private String md5(byte[] salt) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            String inner = HexFormat.of()
                    .formatHex(md5.digest((password().reveal() + target.user()).getBytes(StandardCharsets.UTF_8)));
            md5.update(inner.getBytes(StandardCharsets.US_ASCII));
            return "md5" + HexFormat.of().formatHex(md5.digest(salt));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private void requireTls(String method) {
        if (secured.isPresent()) {
            return;
        }
        throw new PostgresException(
                "Logging in for replication at " + target.address(),
                ReplicationFaults.fatal(
                        "replication.password-exposed",
                        "The server asks for the password in a form that can be overheard or replayed.",
                        "scram-sha-256, or TLS",
                        "method " + method + " without TLS",
                        "Set password_encryption = 'scram-sha-256', give the role its password again, and write"
                                + " scram-sha-256 in pg_hba.conf; or set sslMode to "
                                + SslMode.VERIFY_FULL.value() + "."),
                null);
    }

    private PostgresException unsupported(String found) {
        return new PostgresException(
                "Logging in for replication at " + target.address(),
                ReplicationFaults.fatal(
                        "replication.authentication-unsupported",
                        "The server asks for a way of authentication that is not spoken here.",
                        "scram-sha-256; md5 or password inside TLS",
                        found,
                        "Use scram-sha-256 in pg_hba.conf for the database replication and this role."),
                null);
    }
}
