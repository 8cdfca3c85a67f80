package dev.lifeboat.backup.replication;

import dev.lifeboat.backup.replication.ReplicationFaults.Doing;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.postgres.PostgresTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * From nothing to a connection that takes replication commands: protected as the declaration wants it, logged in, and with a
 * server that gives us up soon when we are gone.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP">PostgreSQL: Start-up</a>
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
            Wire wire = new Wire(secured.isPresent() ? secured.get() : socket, socket);
            wire.sendRaw(startup());
            new Authentication(wire, secured, target).run();
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

    private PostgresException tlsMissing() {
        PostgresFault fault = PostgresFault.classify(new SQLException("The server does not support SSL.", "08004"));
        return new PostgresException("Connecting to " + target.address(), fault, null);
    }
}
