package dev.lifeboat.platform.store;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Copies within a bucket, by the store itself: at once up to a limit, beyond it in parts. */
final class S3Copy {
    /** CopyObject takes at most 5 GiB, and stores time out before that: 1 GiB at once, so 10,000 parts are 10 TiB. */
    static final long STANDARD = 1L << 30;

    private final S3Client client;
    private final String bucket;
    private final long atOnce;

    S3Copy(S3Client client, String bucket, long atOnce) {
        this.client = client;
        this.bucket = bucket;
        this.atOnce = atOnce;
    }

    void copy(String from, String to) {
        HeadObjectResponse source = client.headObject(b -> b.bucket(bucket).key(from));
        if (source.contentLength() <= atOnce) {
            client.copyObject(b -> b.sourceBucket(bucket)
                    .sourceKey(from)
                    .copySourceIfMatch(source.eTag())
                    .destinationBucket(bucket)
                    .destinationKey(to));
            return;
        }
        String uploadId = client.createMultipartUpload(
                        b -> b.bucket(bucket).key(to).metadata(source.metadata()))
                .uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long first = 0; first < source.contentLength(); first += atOnce) {
                var range = new ByteRange(first, Math.min(atOnce, source.contentLength() - first));
                int number = parts.size() + 1;
                String etag = client.uploadPartCopy(b -> b.sourceBucket(bucket)
                                .sourceKey(from)
                                .copySourceIfMatch(source.eTag())
                                .copySourceRange(range.header())
                                .destinationBucket(bucket)
                                .destinationKey(to)
                                .uploadId(uploadId)
                                .partNumber(number))
                        .copyPartResult()
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
            }
            client.completeMultipartUpload(
                    b -> b.bucket(bucket).key(to).uploadId(uploadId).multipartUpload(m -> m.parts(parts)));
        } catch (RuntimeException e) {
            try {
                client.abortMultipartUpload(b -> b.bucket(bucket).key(to).uploadId(uploadId));
            } catch (RuntimeException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }
}
