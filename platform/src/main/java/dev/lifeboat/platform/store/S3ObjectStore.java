package dev.lifeboat.platform.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** An object store that speaks S3, through the AWS SDK's synchronous client. */
final class S3ObjectStore implements ObjectStore {
    /** DeleteObjects takes at most this many keys. */
    private static final int KEYS_PER_DELETE = 1000;

    private final S3Client client;
    private final String bucket;
    private final Keys keys;
    private final S3Uploads uploads;
    private final S3Copy copy;
    private final PartSizes sizes;
    private final ExecutorService senders;

    S3ObjectStore(S3Settings settings, S3Client client, Clock clock, PartSizes sizes) {
        this.client = client;
        this.bucket = settings.bucket();
        this.keys = new Keys(settings.prefix());
        this.uploads = new S3Uploads(client, bucket, keys, clock);
        this.copy = new S3Copy(client, bucket, S3Copy.STANDARD);
        this.sizes = sizes;
        this.senders = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("store-" + bucket + "-", 1).factory());
    }

    @Override
    public StoredObject put(String key, byte[] bytes, PutCondition condition, Map<String, String> metadata) {
        try (MultipartSink sink = upload(key, condition, metadata)) {
            sink.write(bytes, 0, bytes.length);
            return sink.commit();
        }
    }

    @Override
    public StoredObject put(String key, Path file, PutCondition condition, Map<String, String> metadata) {
        try (InputStream in = Files.newInputStream(file);
                MultipartSink sink = upload(key, condition, metadata)) {
            in.transferTo(sink);
            return sink.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public MultipartSink upload(String key, PutCondition condition, Supplier<Map<String, String>> metadata) {
        keys.inBucket(key);
        return new S3MultipartSink(uploads, key, condition, metadata, sizes, senders);
    }

    @Override
    public InputStream get(String key, Optional<String> expectedSha256) {
        var request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(keys.inBucket(key))
                .build();
        return doing("Reading " + key, () -> new S3Download(client, request, key, 0, -1, expectedSha256));
    }

    @Override
    public InputStream get(String key, ByteRange range) {
        var request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(keys.inBucket(key))
                .range(range.header())
                .build();
        return doing(
                "Reading " + key,
                () -> new S3Download(client, request, key, range.first(), range.length(), Optional.empty()));
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
        try {
            HeadObjectResponse head = client.headObject(b -> b.bucket(bucket).key(keys.inBucket(key)));
            return Optional.of(
                    new ObjectInfo(key, head.contentLength(), head.eTag(), head.lastModified(), head.metadata()));
        } catch (SdkException e) {
            StoreException fault = StoreException.of("Looking at " + key, e);
            if (!fault.fault().code().equals("store.not-found")) {
                throw fault;
            }
            // An answer to HEAD has no body: this could as well be a bucket that is not there.
            requireReachable();
            return Optional.empty();
        }
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, Optional<String> startAfter) {
        return Stream.iterate(
                        page(prefix, startAfter.map(keys::listing), Optional.empty()),
                        page -> page != null,
                        page -> page.isTruncated()
                                ? page(prefix, Optional.empty(), Optional.of(page.nextContinuationToken()))
                                : null)
                .flatMap(page -> page.contents().stream())
                .map(object -> new ObjectInfo(
                        keys.ours(object.key()), object.size(), object.eTag(), object.lastModified(), Map.of()));
    }

    private software.amazon.awssdk.services.s3.model.ListObjectsV2Response page(
            String prefix, Optional<String> startAfter, Optional<String> continuation) {
        return doing(
                "Listing " + prefix,
                () -> client.listObjectsV2(b -> b.bucket(bucket)
                        .prefix(keys.listing(prefix))
                        .startAfter(startAfter.orElse(null))
                        .continuationToken(continuation.orElse(null))));
    }

    @Override
    public void copy(String from, String to) {
        doing("Copying " + from + " to " + to, () -> {
            copy.copy(keys.inBucket(from), keys.inBucket(to));
            return to;
        });
    }

    @Override
    public void delete(Collection<String> toDelete) {
        List<String> all = List.copyOf(toDelete);
        for (int first = 0; first < all.size(); first += KEYS_PER_DELETE) {
            List<ObjectIdentifier> batch = all.subList(first, Math.min(all.size(), first + KEYS_PER_DELETE)).stream()
                    .map(key ->
                            ObjectIdentifier.builder().key(keys.inBucket(key)).build())
                    .toList();
            List<S3Error> errors = doing("Removing " + batch.size() + " objects", () -> client.deleteObjects(
                            b -> b.bucket(bucket).delete(d -> d.objects(batch).quiet(true)))
                    .errors());
            List<S3Error> real =
                    errors.stream().filter(e -> !"NoSuchKey".equals(e.code())).toList();
            if (!real.isEmpty()) {
                S3Error one = real.getFirst();
                throw new StoreException(
                        "Removing objects",
                        new StoreFault(
                                "InternalError".equals(one.code()) || "SlowDown".equals(one.code()),
                                new dev.lifeboat.schemas.Failure(
                                        "store.delete-refused",
                                        "Objects could not be removed.",
                                        batch.size() + " objects removed",
                                        real.size() + " refused, among them " + one.key() + ": " + one.code() + " "
                                                + one.message(),
                                        "Look at the key's policy, and whether the objects are locked.")),
                        null);
            }
        }
    }

    @Override
    public int abortStaleUploads(String prefix, Instant begunBefore) {
        return doing("Ending unfinished uploads below " + prefix, () -> {
            List<MultipartUpload> stale = new ArrayList<>();
            client.listMultipartUploadsPaginator(b -> b.bucket(bucket).prefix(keys.listing(prefix))).uploads().stream()
                    .filter(upload -> upload.key().startsWith(keys.listing(prefix)))
                    .filter(upload ->
                            upload.initiated() != null && upload.initiated().isBefore(begunBefore))
                    .forEach(stale::add);
            stale.forEach(upload -> uploads.abort(upload.key(), upload.uploadId()));
            return stale.size();
        });
    }

    @Override
    public void requireReachable() {
        doing(
                "Looking at the bucket " + bucket,
                () -> client.listObjectsV2(
                        b -> b.bucket(bucket).prefix(keys.prefix()).maxKeys(1)));
    }

    @Override
    public void close() {
        senders.shutdown();
        client.close();
    }

    private static <T> T doing(String what, Supplier<T> action) {
        try {
            return action.get();
        } catch (SdkException e) {
            throw StoreException.of(what, e);
        }
    }
}
