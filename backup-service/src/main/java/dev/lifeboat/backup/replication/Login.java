package dev.lifeboat.backup.replication;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.util.TlsServerEndpoint;
import dev.lifeboat.backup.replication.ReplicationFaults.Doing;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * From nothing to a connection that takes replication commands. A password crosses the network in the clear, or as MD5,
 * only inside TLS; by SCRAM it never crosses, and over TLS it is bound to the server's certificate.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP">PostgreSQL: Start-up</a>
 * @see <a href="https://www.postgresql.org/docs/current/sasl-authentication.html">PostgreSQL: SASL Authentication</a>
 */
final class Login {
    private static final int PROTOCOL_3_0 = 3 << 16;

    private final PostgresTarget target;
    private final ReplicationOptions options;

    Login(PostgresTarget target, ReplicationOptions options) {
        this.target = target;
        this.options = options;
    }

    /**
     * A connection that is ready.
     *
     * @param wire to talk over
     * @param serverVersion as {@code server_version} says, e.g. {@code 15.14 (Debian 15.14-1)}
     */
    record Ready(Wire wire, String serverVersion) {}

    private enum Protection {
        PLAIN,
        TLS_IF_THERE,
        TLS
    }

    Ready open() {
        List<Protection> ways =
                switch (target.sslMode()) {
                    case DISABLE -> List.of(Protection.PLAIN);
                    case ALLOW -> List.of(Protection.PLAIN, Protection.TLS);
                    case PREFER -> List.of(Protection.TLS_IF_THERE, Protection.PLAIN);
                    case REQUIRE, VERIFY_CA, VERIFY_FULL -> List.of(Protection.TLS);
                };
        PostgresException first = null;
        for (Protection way : ways) {
            try {
                return open(way);
            } catch (PostgresException e) {
                // The other way helps only where pg_hba.conf wants it.
                if (!e.fault().code().equals("replication.hba-entry-missing")) {
                    throw first == null ? e : first;
                }
                first = first == null ? e : first;
            }
        }
        throw first;
    }

    private Ready open(Protection protection) {
        Socket socket = new Socket();
        try {
            return over(socket, protection);
        } catch (IOException e) {
            throw ReplicationFaults.unreachable(e, target);
        } catch (Wire.MessageTooShort e) {
            throw ReplicationFaults.protocol("whole messages", e.getMessage(), target);
        }
    }

    private Ready over(Socket socket, Protection protection) throws IOException {
        boolean done = false;
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(
                    new InetSocketAddress(target.host(), target.port()),
                    Math.toIntExact(options.connectTimeout().toMillis()));
            socket.setSoTimeout(Math.toIntExact(options.connectTimeout().toMillis()));
            Optional<SSLSocket> secured =
                    protection == Protection.PLAIN ? Optional.empty() : Tls.request(socket, target);
            if (secured.isEmpty() && protection == Protection.TLS) {
                throw tlsMissing();
            }
            Wire wire = new Wire(secured.isPresent() ? secured.get() : socket);
            wire.sendRaw(startup());
            authenticate(wire, secured);
            String version = awaitReady(wire);
            wire.silence(Math.toIntExact(options.silence().toMillis()));
            done = true;
            return new Ready(wire, version);
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private byte[] startup() {
        // In the order that PostgreSQL's own programs use. No database: a physical connection belongs to none.
        String[] parameters = {
            "user",
            target.user(),
            "replication",
            "true",
            "application_name",
            options.applicationName(),
            "client_encoding",
            "UTF8",
            "options",
            "-c wal_sender_timeout=" + options.walSenderTimeout().toMillis()
        };
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String parameter : parameters) {
            body.writeBytes(Wire.string(parameter));
        }
        body.write(0);
        return ByteBuffer.allocate(8 + body.size())
                .putInt(8 + body.size())
                .putInt(PROTOCOL_3_0)
                .put(body.toByteArray())
                .array();
    }

    private void authenticate(Wire wire, Optional<SSLSocket> secured) throws IOException {
        while (true) {
            requireAuthentication(wire);
            int method = wire.takeInt();
            switch (method) {
                case 0 -> {
                    return;
                }
                case 3 -> {
                    requireTls(secured, "password");
                    wire.send('p', Wire.string(password().reveal()));
                }
                case 5 -> {
                    requireTls(secured, "md5");
                    wire.send('p', Wire.string(md5(wire.takeBytes(4))));
                }
                case 10 -> scram(wire, secured);
                default -> throw unsupported("method " + method);
            }
        }
    }

    /** Reads the next message of the exchange; an error ends it. */
    private void requireAuthentication(Wire wire) throws IOException {
        char type = wire.read();
        if (type == 'E') {
            throw ReplicationFaults.of(wire.takeError(), Doing.LOGIN, target);
        }
        if (type != 'R') {
            throw ReplicationFaults.protocol("a request to authenticate", "message " + type, target);
        }
    }

    private void scram(Wire wire, Optional<SSLSocket> secured) throws IOException {
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
            client.serverFirstMessage(continued(wire, 11));
            wire.send('p', client.clientFinalMessage().toString().getBytes(StandardCharsets.UTF_8));
            client.serverFinalMessage(continued(wire, 12));
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

    private String continued(Wire wire, int expected) throws IOException {
        requireAuthentication(wire);
        int found = wire.takeInt();
        if (found != expected) {
            throw ReplicationFaults.protocol("step " + expected + " of SASL", "step " + found, target);
        }
        return wire.takeText(wire.remaining());
    }

    /** Reads up to the point where commands are taken. */
    private String awaitReady(Wire wire) throws IOException {
        String version = "";
        while (true) {
            switch (wire.read()) {
                case 'S' -> {
                    if (wire.takeString().equals("server_version")) {
                        version = wire.takeString();
                    }
                }
                case 'E' -> throw ReplicationFaults.of(wire.takeError(), Doing.LOGIN, target);
                case 'Z' -> {
                    return version;
                }
                default -> {
                    // The key for cancelling, notices: nothing that is needed.
                }
            }
        }
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

    private void requireTls(Optional<SSLSocket> secured, String method) {
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

    private PostgresException tlsMissing() {
        PostgresFault fault = PostgresFault.classify(new SQLException("The server does not support SSL.", "08004"));
        return new PostgresException("Connecting to " + target.address(), fault, null);
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
