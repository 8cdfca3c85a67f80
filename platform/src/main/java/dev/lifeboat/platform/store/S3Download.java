package dev.lifeboat.platform.store;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object that is being read. A connection that breaks is taken up again at the byte where it broke, at the same version
 * (If-Match). At the end of the stream, length and digest are what they should be, or it throws.
 */
final class S3Download extends InputStream {
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 200;

    private final S3Client client;
    private final GetObjectRequest request;
    private final String key;
    private final long first;
    private final Optional<String> expected;
    private final Optional<MessageDigest> digest;
    private final String etag;
    private final long length;

    private ResponseInputStream<GetObjectResponse> in;
    private long position;
    private boolean verified;
    private int failures;

    /**
     * @param request for the bytes from {@code first} on
     * @param length how many bytes there must be; negative: as many as the store says
     */
    S3Download(
            S3Client client, GetObjectRequest request, String key, long first, long length, Optional<String> expected) {
        this.client = client;
        this.request = request;
        this.key = key;
        this.first = first;
        this.expected = expected;
        this.digest = expected.map(wanted -> Digests.sha256());
        this.in = client.getObject(request);
        this.etag = in.response().eTag();
        this.length = length >= 0 ? length : in.response().contentLength();
        if (in.response().contentLength() != this.length) {
            in.abort();
            throw cut(in.response().contentLength());
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
        if (wanted == 0) {
            return 0;
        }
        while (true) {
            if (position == length && verified) {
                return -1;
            }
            try {
                int read = in.read(bytes, offset, wanted);
                if (read > 0) {
                    failures = 0;
                    position += read;
                    digest.ifPresent(d -> d.update(bytes, offset, read));
                    return read;
                }
                if (position == length) {
                    verify();
                    return -1;
                }
                throw new IOException("the connection ended after " + position + " of " + length + " bytes");
            } catch (IOException | SdkException e) {
                takeUpAgain(e);
            }
        }
    }

    private void verify() {
        verified = true;
        if (expected.isEmpty()) {
            return;
        }
        String found = Digests.hex(digest.orElseThrow());
        if (!found.equalsIgnoreCase(expected.get())) {
            throw new StoreException(
                    "Reading " + key,
                    StoreFault.fatal(
                            "store.digest-mismatch",
                            "The object is not what was stored under that key.",
                            "sha256 " + expected.get(),
                            "sha256 " + found,
                            "It was changed or is damaged: use a copy in another region, and find out by whom."),
                    null);
        }
    }

    private void takeUpAgain(Exception why) {
        StoreFault fault = StoreFault.classify(why);
        in.abort();
        if (!fault.retryable() || position == length || ++failures > ATTEMPTS) {
            throw StoreException.of("Reading " + key, why);
        }
        try {
            long longest = FIRST_PAUSE_MILLIS << failures;
            Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest));
            in = client.getObject(request.toBuilder()
                    .range(new ByteRange(first + position, length - position).header())
                    .ifMatch(etag)
                    .build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreException.of("Reading " + key, e);
        } catch (SdkException e) {
            e.addSuppressed(why);
            throw StoreException.of("Reading " + key, e);
        }
    }

    private StoreException cut(long found) {
        return new StoreException(
                "Reading " + key,
                StoreFault.fatal(
                        "store.too-short",
                        "The object is shorter than what is to be read of it.",
                        length + " bytes",
                        found + " bytes",
                        "It was replaced or is damaged: compare its size with the manifest."),
                null);
    }

    /** Ends the connection without reading the rest, when it was not read to its end. */
    @Override
    public void close() throws IOException {
        if (position == length) {
            in.close();
        } else {
            in.abort();
        }
    }
}
