package dev.lifeboat.platform.store;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * The requests that write. Each write carries an id of its own as metadata: when an answer is lost and the repeated
 * request says "exists already" or "no such upload", that id tells whether it was us who had succeeded.
 */
final class S3Uploads {
    /** Metadata entry with the id of the write. */
    static final String WRITE_ID = "lifeboat-write";

    private static final long SLOWEST_BYTES_PER_SECOND = 512 * 1024;

    private final S3Client client;
    private final String bucket;
    private final Keys keys;
    private final Clock clock;

    S3Uploads(S3Client client, String bucket, Keys keys, Clock clock) {
        this.client = client;
        this.bucket = bucket;
        this.keys = keys;
        this.clock = clock;
    }

    /** An upload in parts that has begun. */
    record Upload(String key, String uploadId, String writeId) {}

    StoredObject putWhole(
            String key, byte[] bytes, int length, String sha256, PutCondition condition, Map<String, String> metadata) {
        String writeId = UUID.randomUUID().toString();
        Map<String, String> all = new HashMap<>(metadata);
        all.put(ObjectInfo.SHA256, sha256);
        all.put(WRITE_ID, writeId);
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(keys.inBucket(key))
                .metadata(all)
                .contentMD5(Digests.contentMd5(bytes, length))
                .overrideConfiguration(o -> o.apiCallAttemptTimeout(timeFor(length)));
        if (condition == PutCondition.IF_ABSENT) {
            request.ifNoneMatch("*");
        }
        try {
            String etag = client.putObject(request.build(), body(bytes, length)).eTag();
            return new StoredObject(key, length, sha256, etag, clock.instant());
        } catch (SdkException e) {
            return ours(key, writeId, e)
                    .map(head -> new StoredObject(key, length, sha256, head.eTag(), clock.instant()))
                    .orElseThrow(() -> StoreException.of("Storing " + key, e));
        }
    }

    Upload begin(String key, PutCondition condition, Map<String, String> metadata) {
        if (condition == PutCondition.IF_ABSENT && head(key).isPresent()) {
            throw new StoreException("Storing " + key, PRESENT, null);
        }
        String writeId = UUID.randomUUID().toString();
        Map<String, String> all = new HashMap<>(metadata);
        all.put(WRITE_ID, writeId);
        String uploadId = client.createMultipartUpload(
                        b -> b.bucket(bucket).key(keys.inBucket(key)).metadata(all))
                .uploadId();
        return new Upload(key, uploadId, writeId);
    }

    CompletedPart sendPart(Upload upload, int number, byte[] bytes, int length) {
        String etag = client.uploadPart(
                        b -> b.bucket(bucket)
                                .key(keys.inBucket(upload.key()))
                                .uploadId(upload.uploadId())
                                .partNumber(number)
                                .contentMD5(Digests.contentMd5(bytes, length))
                                .overrideConfiguration(o -> o.apiCallAttemptTimeout(timeFor(length))),
                        body(bytes, length))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    StoredObject complete(Upload upload, List<CompletedPart> parts, long size, String sha256, PutCondition condition) {
        CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(keys.inBucket(upload.key()))
                .uploadId(upload.uploadId())
                .multipartUpload(m -> m.parts(parts));
        if (condition == PutCondition.IF_ABSENT) {
            request.ifNoneMatch("*");
        }
        HeadObjectResponse head;
        try {
            client.completeMultipartUpload(request.build());
            head = client.headObject(b -> b.bucket(bucket).key(keys.inBucket(upload.key())));
        } catch (SdkException e) {
            head = ours(upload.key(), upload.writeId(), e)
                    .orElseThrow(() -> StoreException.of("Storing " + upload.key(), e));
        }
        if (head.contentLength() != size) {
            throw new StoreException(
                    "Storing " + upload.key(),
                    StoreFault.passing(
                            "store.checksum-mismatch",
                            "The stored object has another length than what was sent.",
                            size + " bytes",
                            head.contentLength() + " bytes",
                            "Store it again; if it stays so, the store does not put parts together as it should."),
                    null);
        }
        return new StoredObject(upload.key(), size, sha256, head.eTag(), clock.instant());
    }

    void abort(Upload upload) {
        abort(keys.inBucket(upload.key()), upload.uploadId());
    }

    void abort(String keyInBucket, String uploadId) {
        try {
            client.abortMultipartUpload(b -> b.bucket(bucket).key(keyInBucket).uploadId(uploadId));
        } catch (SdkException e) {
            StoreException fault = StoreException.of("Removing an unfinished upload of " + keyInBucket, e);
            if (!fault.fault().code().equals("store.upload-missing")) {
                throw fault;
            }
        }
    }

    private static final StoreFault PRESENT = StoreFault.fatal(
            "store.precondition-failed",
            "An object of that key exists already.",
            "no object of that key",
            "one",
            "Somebody else wrote it first: read it, and decide again.");

    /** The object, when it was this very write that made it although its answer says otherwise or never came. */
    private Optional<HeadObjectResponse> ours(String key, String writeId, SdkException answer) {
        StoreFault fault = StoreFault.classify(answer);
        boolean mayHaveSucceeded = fault.retryable()
                || fault.code().equals("store.precondition-failed")
                || fault.code().equals("store.upload-missing")
                || fault.code().equals("store.not-found");
        if (!mayHaveSucceeded) {
            return Optional.empty();
        }
        try {
            return head(key).filter(head -> writeId.equals(head.metadata().get(WRITE_ID)));
        } catch (SdkException unanswered) {
            answer.addSuppressed(unanswered);
            return Optional.empty();
        }
    }

    private Optional<HeadObjectResponse> head(String key) {
        try {
            return Optional.of(client.headObject(b -> b.bucket(bucket).key(keys.inBucket(key))));
        } catch (AwsServiceException e) {
            if (e.statusCode() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Read anew for each attempt, never copied. */
    private static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(
                ContentStreamProvider.fromInputStreamSupplier(() -> new ByteArrayInputStream(bytes, 0, length)),
                length,
                "application/octet-stream");
    }

    private static Duration timeFor(long bytes) {
        return Duration.ofSeconds(60 + bytes / SLOWEST_BYTES_PER_SECOND);
    }
}
