package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The server that is dumped, for our own connections and for PostgreSQL's programs. The password reaches a program by a
 * file of mode 0600 that is gone when this is closed; everything else by a connection URI of which each byte is
 * percent-encoded: a database may be called {@code a=b} or {@code postgresql://x}, and what is in the argument does not
 * depend on the encoding of this process.
 */
final class DumpSource implements AutoCloseable {
    private static final int CONNECT_SECONDS = 10;

    private final ClusterSpec.Connection connection;
    private final Optional<Secret> password;
    private final Path passwordFile;

    private DumpSource(ClusterSpec.Connection connection, Optional<Secret> password, Path passwordFile) {
        this.connection = connection;
        this.password = password;
        this.passwordFile = passwordFile;
    }

    /** Writes the password file into the folder. */
    static DumpSource open(ClusterSpec.Connection connection, Optional<Secret> password, Path folder)
            throws IOException {
        Path file = folder.resolve("pgpass");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        if (password.isPresent()) {
            Files.write(
                    file,
                    passLine(password.get().reveal()).getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.TRUNCATE_EXISTING);
        }
        return new DumpSource(connection, password, file);
    }

    /**
     * For any server, database and role: {@code *:*:*:*:password}.
     *
     * @see <a href="https://www.postgresql.org/docs/15/libpq-pgpass.html">the password file</a>
     */
    static String passLine(String password) {
        return "*:*:*:*:" + password.replace("\\", "\\\\").replace(":", "\\:") + "\n";
    }

    /** A connection of our own, keep-alive, without a limit on how long an answer may take. The caller closes it. */
    Connection connect(String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {connection.host()});
        source.setPortNumbers(new int[] {connection.port()});
        source.setDatabaseName(database);
        source.setUser(connection.user());
        password.ifPresent(secret -> source.setPassword(secret.reveal()));
        source.setSslMode(connection.sslMode());
        source.setApplicationName("lifeboat backup");
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setTcpKeepAlive(true);
        source.setReadOnly(true);
        return source.getConnection();
    }

    /** The maintenance database. */
    String maintenance() {
        return connection.database();
    }

    /** What libpq's programs get as {@code --dbname}. */
    String uri(String database) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("host", connection.host());
        parameters.put("port", String.valueOf(connection.port()));
        parameters.put("user", connection.user());
        parameters.put("dbname", database);
        parameters.put("sslmode", connection.sslMode());
        parameters.put("application_name", "lifeboat backup");
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + percent(parameter.getValue()))
                .collect(Collectors.joining("&", "postgresql://?", ""));
    }

    /** What libpq's programs get as environment. */
    Map<String, String> environment() {
        return Map.of(
                "PGPASSFILE", passwordFile.toString(),
                "PGCONNECT_TIMEOUT", String.valueOf(CONNECT_SECONDS),
                "LC_ALL", "C.UTF-8");
    }

    /** What must not be seen in anything that is kept. */
    List<Secret> secrets() {
        return password.map(List::of).orElse(List.of());
    }

    /** Each byte as {@code %XX}; also plain ones, so that no name can be mistaken for a secret or the other way round. */
    static String percent(String value) {
        StringBuilder text = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            text.append('%').append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(passwordFile);
    }
}
