package dev.lifeboat.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PostgresFaultTest {

    @ParameterizedTest
    @CsvSource({
        "28P01, password authentication failed, postgres.password-wrong, false",
        "28000, no pg_hba.conf entry for host, postgres.hba-entry-missing, false",
        "28000, role x does not exist, postgres.role-refused, false",
        "3D000, database x does not exist, postgres.database-missing, false",
        "42501, permission denied, postgres.privilege-missing, false",
        "53300, sorry too many clients already, postgres.too-many-connections, true",
        "57P03, the database system is starting up, postgres.starting-up, true",
        "57P01, terminating connection due to administrator command, postgres.shut-down, true",
        "57P02, crash of another server process, postgres.shut-down, true",
        "57014, canceling statement due to statement timeout, postgres.cancelled, false",
        "55P03, could not obtain lock, postgres.lock-not-available, true",
        "40001, could not serialize, postgres.conflict, true",
        "40P01, deadlock, postgres.conflict, true",
        "53100, no space left on device, postgres.disk-full, false",
        "53200, out of memory, postgres.resources-missing, true",
        "XX001, invalid page in block, postgres.data-corrupted, false",
        "XX002, index corrupted, postgres.data-corrupted, false",
        "XX000, cache lookup failed, postgres.internal-error, false",
        "58P01, could not open file, postgres.internal-error, false",
        "42P01, relation does not exist, postgres.object-missing, false",
        "25006, read-only transaction, postgres.read-only, false",
        "0A000, not supported, postgres.not-supported, false",
        "42601, syntax error, postgres.statement-refused, false",
    })
    void readsTheServersAnswer(String state, String said, String code, boolean retryable) {
        assertIs(new RuntimeException(new SQLException(said, state)), code, retryable);
    }

    static Stream<Arguments> withoutAnAnswer() {
        return Stream.of(
                arguments(new UnknownHostException("db.nowhere"), "postgres.unreachable", true),
                arguments(new ConnectException("Connection refused"), "postgres.unreachable", true),
                arguments(new SocketException("Connection reset"), "postgres.unreachable", true),
                arguments(new SocketTimeoutException("Read timed out"), "postgres.timed-out", true),
                arguments(new SSLHandshakeException("no cipher in common"), "postgres.tls-failed", false),
                arguments(
                        new SSLHandshakeException("PKIX").initCause(new CertificateExpiredException("expired")),
                        "postgres.certificate-untrusted",
                        false));
    }

    @ParameterizedTest
    @MethodSource("withoutAnAnswer")
    void knowsWhyThereWasNone(Throwable cause, String code, boolean retryable) {
        assertIs(new SQLException("The connection attempt failed.", "08001", cause), code, retryable);
    }

    @ParameterizedTest
    @CsvSource({
        "08006, An I/O error occurred, postgres.unreachable, true",
        "08001, The server does not support SSL., postgres.tls-missing, false",
        "08006, Could not open SSL root certificate file /none/ca.pem., postgres.ca-file-unusable, false",
    })
    void knowsWhatTheDriverSays(String state, String said, String code, boolean retryable) {
        assertIs(new SQLException(said, state), code, retryable);
    }

    @ParameterizedTest
    @MethodSource("withoutAnAnswer")
    void whatIsNoAnswerOfPostgresIsUnexpected(Throwable cause) {
        assertIs(new IllegalStateException(cause), "postgres.unexpected", false);
    }

    private static void assertIs(Throwable thrown, String code, boolean retryable) {
        PostgresFault fault = PostgresFault.classify(thrown);
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.retryable()).isEqualTo(retryable);
        assertThat(fault.failure().message()).isNotBlank();
        assertThat(fault.failure().hint()).isNotBlank();
    }
}
