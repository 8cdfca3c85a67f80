package dev.lifeboat.platform.store;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Why an object store did not do what it was asked, decided in one place for everything that talks to one.
 *
 * @param retryable whether the same request may succeed later without anybody changing anything
 * @param failure stable code, expected, found, hint
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">S3 error responses</a>
 */
public record StoreFault(boolean retryable, Failure failure) {
    private static final Set<String> WRONG_CREDENTIALS = Set.of(
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidToken",
            "ExpiredToken",
            "TokenRefreshRequired",
            "AuthFailure",
            "NotSignedUp");
    private static final Set<String> SLOW_DOWN = Set.of(
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "TooManyRequests",
            "TooManyRequestsException",
            "ServiceUnavailable",
            "Busy");
    private static final Set<String> WRONG_DIGEST =
            Set.of("BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody");
    private static final Set<String> WRONG_REGION =
            Set.of("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException");
    private static final Set<String> FULL =
            Set.of("QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "StorageFull", "InsufficientCapacity");

    /** The stable code. */
    public String code() {
        return failure.code();
    }

    /** What stood in the way; looks through the causes for the one that says most. Never fails. */
    public static StoreFault classify(Throwable thrown) {
        List<Throwable> chain = causes(thrown);
        return first(chain, StoreException.class)
                .map(StoreException::fault)
                .or(() -> first(chain, AwsServiceException.class).map(StoreFault::answered))
                .or(() -> first(chain, SSLException.class).map(e -> secured(e, chain)))
                .or(() -> byMessage(chain, "checksum").map(StoreFault::damaged))
                .or(() -> first(chain, ApiCallTimeoutException.class).map(StoreFault::late))
                .or(() -> first(chain, ApiCallAttemptTimeoutException.class).map(StoreFault::late))
                .or(() -> first(chain, UnknownHostException.class)
                        .map(e -> unreachable("the name " + e.getMessage() + " is unknown")))
                .or(() -> first(chain, SocketTimeoutException.class).map(StoreFault::late))
                .or(() -> first(chain, ConnectException.class).map(e -> unreachable(e.getMessage())))
                .or(() -> first(chain, InterruptedException.class).map(e -> interrupted()))
                .or(() -> first(chain, AbortedException.class).map(e -> interrupted()))
                .or(() -> first(chain, InterruptedIOException.class).map(e -> interrupted()))
                .or(() -> first(chain, IOException.class).map(e -> unreachable(e.toString())))
                .orElseGet(() -> unexpected(thrown));
    }

    /** The store answered with an error. */
    private static StoreFault answered(AwsServiceException e) {
        String code = e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
        int status = e.statusCode();
        String found = (status + " " + code).trim();
        if (e instanceof NoSuchBucketException || code.equals("NoSuchBucket")) {
            return fatal(
                    "store.bucket-missing",
                    "The bucket does not exist.",
                    "an existing bucket",
                    found,
                    "Create the bucket, or correct its name and region in the repository's declaration.");
        }
        if (code.equals("NoSuchUpload")) {
            return fatal(
                    "store.upload-missing",
                    "The upload in parts is no longer there.",
                    "an upload that was begun and not ended",
                    found,
                    "Start the upload again; look whether a lifecycle rule ends uploads too early.");
        }
        if (e instanceof NoSuchKeyException || code.equals("NoSuchKey") || status == 404) {
            return fatal(
                    "store.not-found",
                    "The object does not exist.",
                    "an object of that key",
                    found,
                    "Somebody removed it, or the prefix is wrong: list what is there.");
        }
        if (WRONG_CREDENTIALS.contains(code)) {
            return fatal(
                    "store.credentials-wrong",
                    "The object store does not accept the access key or its secret.",
                    "a valid access key and secret",
                    found,
                    "Check both secrets that the repository refers to; was the key rotated?");
        }
        if (code.equals("RequestTimeTooSkewed")) {
            return fatal(
                    "store.clock-wrong",
                    "The object store and this host disagree about the time.",
                    "clocks within 15 minutes",
                    found,
                    "Set this host's clock by NTP.");
        }
        if (code.equals("InvalidObjectState")) {
            return fatal(
                    "store.archived",
                    "The object was moved to an archive class.",
                    "an object that can be read at once",
                    found,
                    "Restore it from the archive class, and exclude the repository from that lifecycle rule.");
        }
        if (status == 412 || code.equals("PreconditionFailed")) {
            return fatal(
                    "store.precondition-failed",
                    "An object of that key exists already, or has changed.",
                    "no object of that key, or the version that was read",
                    found,
                    "Somebody else wrote it first: read it, and decide again.");
        }
        if (SLOW_DOWN.contains(code) || status == 503 || status == 429) {
            return passing(
                    "store.slow-down",
                    "The object store is overloaded or asks us to slow down.",
                    "an answer",
                    found,
                    "It is tried again. If it stays so, lower the number of parallel uploads.");
        }
        if (WRONG_DIGEST.contains(code)) {
            return passing(
                    "store.checksum-mismatch",
                    "What the object store received is not what was sent.",
                    "the same checksum on both sides",
                    found,
                    "It is sent again. If it stays so, suspect the network or a proxy in between.");
        }
        if (WRONG_REGION.contains(code) || status == 301 || status == 307) {
            return fatal(
                    "store.region-wrong",
                    "The bucket is in another region.",
                    "the region of the bucket",
                    found,
                    "Correct region and endpoint in the repository's declaration.");
        }
        if (FULL.contains(code) || status == 507) {
            return fatal(
                    "store.full",
                    "The object store has no room left.",
                    "room for the object",
                    found,
                    "Raise the quota or shorten the retention.");
        }
        if (code.equals("NotImplemented") || status == 501) {
            return fatal(
                    "store.not-supported",
                    "The object store cannot do this.",
                    "a store that knows this request",
                    found,
                    "Use a store that supports it, or switch the feature off.");
        }
        if (status == 403 || status == 401) {
            return fatal(
                    "store.access-denied",
                    "The object store refuses access.",
                    "a key that may list, read, write and delete below the prefix",
                    found,
                    "Look at the key's policy and the bucket's; an answer without a body also comes for a wrong key.");
        }
        if (status >= 500 || status == 409 || status == 408 || code.equals("RequestTimeout")) {
            return passing(
                    "store.unavailable",
                    "The object store could not answer for now.",
                    "an answer",
                    found,
                    "It is tried again. If it stays so, look at the store's own state.");
        }
        return fatal(
                "store.request-refused",
                "The object store refuses the request.",
                "a request that it takes",
                found + ": "
                        + (e.awsErrorDetails() == null
                                ? ""
                                : e.awsErrorDetails().errorMessage()),
                "Compare the repository's declaration with what this store supports.");
    }

    private static StoreFault secured(SSLException e, List<Throwable> chain) {
        boolean untrusted = e instanceof SSLPeerUnverifiedException
                || first(chain, CertificateException.class).isPresent()
                || first(chain, CertPathBuilderException.class).isPresent();
        if (untrusted) {
            return fatal(
                    "store.certificate-untrusted",
                    "The certificate of the object store is not trusted.",
                    "a certificate for this host, signed by an authority that is trusted",
                    chain.getLast().getMessage(),
                    "Name the authority's certificate as caFile, or correct the host in the endpoint.");
        }
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean brokenOff = message.contains("terminated") || message.contains("closed");
        if ((e instanceof SSLHandshakeException && !brokenOff)
                || message.contains("plaintext")
                || message.contains("unrecognized")
                || message.contains("unsupported")) {
            return fatal(
                    "store.tls-failed",
                    "No TLS connection to the object store came about.",
                    "a server that speaks TLS 1.2 or 1.3",
                    e.getMessage(),
                    "Look whether the endpoint's port speaks TLS, and whether it asks for a client certificate.");
        }
        return unreachable(e.getMessage());
    }

    private static StoreFault damaged(Throwable e) {
        return passing(
                "store.checksum-mismatch",
                "What was read from the object store is not what was stored.",
                "the checksum that the store keeps",
                e.getMessage(),
                "It is read again. If it stays so, the object is damaged: use a copy in another region.");
    }

    private static StoreFault late(Throwable e) {
        return passing(
                "store.timed-out",
                "The object store did not answer in time.",
                "an answer",
                e.getMessage(),
                "It is tried again. If it stays so, look at the network and at the store's own state.");
    }

    private static StoreFault unreachable(String found) {
        return passing(
                "store.unreachable",
                "The object store cannot be reached.",
                "a connection",
                found,
                "It is tried again. If it stays so, check endpoint, name resolution, firewall, and that it runs.");
    }

    private static StoreFault interrupted() {
        return fatal(
                "store.interrupted",
                "The request was interrupted.",
                "time until its end",
                "an interrupt",
                "The operation was cancelled or the service is stopping.");
    }

    private static StoreFault unexpected(Throwable thrown) {
        return fatal(
                "store.unexpected",
                "The object store's answer was not understood.",
                "an answer of the S3 protocol",
                String.valueOf(thrown),
                "Look into the log; this is worth a report.");
    }

    static StoreFault fatal(String code, String message, String expected, String found, String hint) {
        return new StoreFault(false, new Failure(code, message, expected, found, hint));
    }

    static StoreFault passing(String code, String message, String expected, String found, String hint) {
        return new StoreFault(true, new Failure(code, message, expected, found, hint));
    }

    private static List<Throwable> causes(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = thrown; t != null && !chain.contains(t) && chain.size() < 30; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }

    private static <T> Optional<T> first(List<Throwable> chain, Class<T> type) {
        return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    private static Optional<Throwable> byMessage(List<Throwable> chain, String word) {
        return chain.stream()
                .filter(t -> t.getMessage() != null && t.getMessage().contains(word))
                .findFirst();
    }
}
