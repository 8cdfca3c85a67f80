package dev.lifeboat.platform.store;

import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An upload of unknown length: parts are filled one after the other and sent side by side. What fits into one part is a
 * plain put, with its digest as metadata.
 */
final class S3MultipartSink extends MultipartSink {
    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        CLOSED
    }

    private final S3Uploads uploads;
    private final String key;
    private final PutCondition condition;
    private final Supplier<Map<String, String>> metadata;
    private final PartSizes sizes;
    private final Executor executor;
    private final MessageDigest digest = Digests.sha256();
    private final Deque<CompletableFuture<CompletedPart>> inFlight = new ArrayDeque<>();
    private final List<CompletedPart> done = new ArrayList<>();
    private final Deque<byte[]> spare = new ArrayDeque<>();

    private Optional<S3Uploads.Upload> upload = Optional.empty();
    private State state = State.OPEN;
    private byte[] part;
    private int filled;
    private int number = 1;
    private long size;

    S3MultipartSink(
            S3Uploads uploads,
            String key,
            PutCondition condition,
            Supplier<Map<String, String>> metadata,
            PartSizes sizes,
            Executor executor) {
        this.uploads = uploads;
        this.key = key;
        this.condition = condition;
        this.metadata = metadata;
        this.sizes = sizes;
        this.executor = executor;
        // Small objects are many: their buffer grows with them.
        this.part = new byte[Math.min(64 * 1024, sizes.sizeOf(1))];
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        requireOpen();
        try {
            digest.update(bytes, offset, length);
            int from = offset;
            int left = length;
            while (left > 0) {
                if (filled == sizes.sizeOf(number)) {
                    requireAnotherPart();
                    sendPart();
                }
                makeRoom(left);
                int taken = Math.min(left, part.length - filled);
                System.arraycopy(bytes, from, part, filled, taken);
                filled += taken;
                from += taken;
                left -= taken;
            }
            size += length;
        } catch (RuntimeException e) {
            state = State.FAILED;
            throw StoreException.of("Storing " + key, e);
        }
    }

    @Override
    public StoredObject commit() {
        requireOpen();
        try {
            String sha256 = Digests.hex(digest);
            StoredObject stored;
            if (upload.isEmpty()) {
                stored = uploads.putWhole(key, part, filled, sha256, condition, metadata.get());
            } else {
                if (filled > 0) {
                    sendPart();
                }
                while (!inFlight.isEmpty()) {
                    collectOldest();
                }
                stored = uploads.complete(upload.get(), done, size, sha256, condition);
            }
            state = State.COMMITTED;
            part = new byte[0];
            spare.clear();
            return stored;
        } catch (RuntimeException e) {
            state = State.FAILED;
            throw StoreException.of("Storing " + key, e);
        }
    }

    @Override
    public void close() {
        if (state == State.COMMITTED || state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        // A part that arrives after the abort would stay, paid for and unseen: so first let all of them end.
        for (CompletableFuture<CompletedPart> sending : inFlight) {
            sending.exceptionally(e -> null).join();
        }
        upload.ifPresent(uploads::abort);
    }

    private void makeRoom(int wanted) {
        int whole = sizes.sizeOf(number);
        if (filled < part.length || part.length == whole) {
            return;
        }
        long next = Math.max(2L * part.length, (long) filled + wanted);
        part = Arrays.copyOf(part, (int) Math.min(next, whole));
    }

    private void requireAnotherPart() {
        if (sizes.sizeOf(number + 1) == 0) {
            throw new StoreException(
                    "Storing " + key,
                    StoreFault.fatal(
                            "store.object-too-large",
                            "The object is larger than can be stored.",
                            "at most " + size + " bytes",
                            "more",
                            "Store it in several objects: back up in directory format."),
                    null);
        }
    }

    private void sendPart() {
        if (upload.isEmpty()) {
            upload = Optional.of(uploads.begin(key, condition, metadata.get()));
        }
        while (inFlight.size() >= sizes.inFlight(number)) {
            collectOldest();
        }
        S3Uploads.Upload to = upload.get();
        byte[] bytes = part;
        int length = filled;
        int sent = number;
        inFlight.add(CompletableFuture.supplyAsync(
                () -> {
                    CompletedPart completed = uploads.sendPart(to, sent, bytes, length);
                    giveBack(bytes);
                    return completed;
                },
                executor));
        number++;
        filled = 0;
        part = nextBuffer(sizes.sizeOf(number));
    }

    private void giveBack(byte[] buffer) {
        synchronized (spare) {
            spare.add(buffer);
        }
    }

    private byte[] nextBuffer(int length) {
        synchronized (spare) {
            spare.removeIf(buffer -> buffer.length != length);
            byte[] used = spare.poll();
            return used != null ? used : new byte[length];
        }
    }

    private void collectOldest() {
        try {
            done.add(inFlight.remove().join());
        } catch (CompletionException e) {
            throw StoreException.of("Storing " + key, e.getCause());
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the upload of " + key + " is " + state);
        }
    }
}
