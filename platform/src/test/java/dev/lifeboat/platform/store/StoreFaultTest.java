package dev.lifeboat.platform.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class StoreFaultTest {

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchBucket, store.bucket-missing, false",
        "404, NoSuchKey, store.not-found, false",
        "404, , store.not-found, false",
        "404, NoSuchUpload, store.upload-missing, false",
        "403, InvalidAccessKeyId, store.credentials-wrong, false",
        "403, SignatureDoesNotMatch, store.credentials-wrong, false",
        "400, ExpiredToken, store.credentials-wrong, false",
        "403, RequestTimeTooSkewed, store.clock-wrong, false",
        "403, InvalidObjectState, store.archived, false",
        "403, AccessDenied, store.access-denied, false",
        "403, , store.access-denied, false",
        "401, , store.access-denied, false",
        "412, PreconditionFailed, store.precondition-failed, false",
        "412, , store.precondition-failed, false",
        "409, ConditionalRequestConflict, store.unavailable, true",
        "503, SlowDown, store.slow-down, true",
        "503, , store.slow-down, true",
        "429, TooManyRequests, store.slow-down, true",
        "400, BadDigest, store.checksum-mismatch, true",
        "400, XAmzContentSHA256Mismatch, store.checksum-mismatch, true",
        "301, PermanentRedirect, store.region-wrong, false",
        "400, AuthorizationHeaderMalformed, store.region-wrong, false",
        "507, , store.full, false",
        "507, XMinioStorageFull, store.full, false",
        "501, NotImplemented, store.not-supported, false",
        "500, InternalError, store.unavailable, true",
        "502, , store.unavailable, true",
        "504, , store.unavailable, true",
        "400, RequestTimeout, store.unavailable, true",
        "400, InvalidArgument, store.request-refused, false",
    })
    void readsTheStoresAnswer(int status, String code, String expected, boolean retryable) {
        var thrown = S3Exception.builder()
                .statusCode(status)
                .message("said")
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("said")
                        .build())
                .build();

        assertIs(StoreFault.classify(new RuntimeException("outer", thrown)), expected, retryable);
    }

    static Stream<Arguments> withoutAnAnswer() {
        return Stream.of(
                arguments(new UnknownHostException("s3.nowhere"), "store.unreachable", true),
                arguments(new ConnectException("Connection refused"), "store.unreachable", true),
                arguments(new NoRouteToHostException("No route"), "store.unreachable", true),
                arguments(new SocketException("Connection reset"), "store.unreachable", true),
                arguments(new IOException("Broken pipe"), "store.unreachable", true),
                arguments(new SocketTimeoutException("Read timed out"), "store.timed-out", true),
                arguments(ApiCallTimeoutException.create(1000), "store.timed-out", true),
                arguments(ApiCallAttemptTimeoutException.create(1000), "store.timed-out", true),
                arguments(new SSLHandshakeException("Remote host terminated the handshake"), "store.unreachable", true),
                arguments(new SSLException("Connection reset"), "store.unreachable", true),
                arguments(new SSLPeerUnverifiedException("no match"), "store.certificate-untrusted", false),
                arguments(
                        new SSLHandshakeException("PKIX").initCause(new CertificateExpiredException("expired")),
                        "store.certificate-untrusted",
                        false),
                arguments(new SSLException("Unsupported or unrecognized SSL message"), "store.tls-failed", false),
                arguments(
                        new SSLHandshakeException("Received fatal alert: bad_certificate"), "store.tls-failed", false),
                arguments(
                        SdkClientException.create("Data read has a different checksum than expected"),
                        "store.checksum-mismatch",
                        true),
                arguments(AbortedException.create("aborted"), "store.interrupted", false),
                arguments(new InterruptedException(), "store.interrupted", false),
                arguments(new IllegalStateException("?"), "store.unexpected", false));
    }

    @ParameterizedTest
    @MethodSource("withoutAnAnswer")
    void knowsWhyThereWasNone(Throwable thrown, String expected, boolean retryable) {
        assertIs(StoreFault.classify(SdkClientException.create("outer", thrown)), expected, retryable);
        assertIs(StoreFault.classify(thrown), expected, retryable);
    }

    @Test
    void keepsTheFaultThatWasFoundBefore() {
        StoreFault fault = StoreFault.fatal("store.full", "m", "e", "f", "h");

        assertThat(StoreFault.classify(
                        new UncheckedIOException(new IOException(new StoreException("Storing x", fault, null)))))
                .isEqualTo(fault);
    }

    private static void assertIs(StoreFault fault, String code, boolean retryable) {
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.retryable()).isEqualTo(retryable);
        assertThat(fault.failure().message()).isNotBlank();
        assertThat(fault.failure().expected()).isNotBlank();
        assertThat(fault.failure().hint()).isNotBlank();
    }
}
