package dev.lifeboat.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Stored;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.platform.operations.CancelRequested;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The laws of {@link BackupMethod}, for each method against the real parts. */
public abstract class BackupMethodContract {

    /** The method under test. */
    protected abstract BackupMethod method();

    /** A new job on a cluster that holds enough for {@link #inTheMiddle} to be seen. */
    protected abstract Job job();

    /** The job's repository. */
    protected abstract ObjectStore store();

    /** Where scratch folders are made. */
    protected abstract Path folder();

    /** Progress that is said while bytes flow. */
    protected abstract boolean inTheMiddle(dev.lifeboat.platform.operations.Progress progress);

    /** Progress that is said while the store has begun of the backup's data what is not complete. */
    protected boolean uploading(dev.lifeboat.platform.operations.Progress progress) {
        return inTheMiddle(progress);
    }

    /** Objects of the backup that its manifest names, besides the manifest. */
    protected abstract List<ObjectRef> objects(Taken taken);

    /** Connections and processes that a backup of the job's cluster has open now. */
    protected abstract List<String> leftOnTheServer(Job job) throws Exception;

    @Test
    void whatIsTakenIsInTheStoreByteForByte() throws Exception {
        Job job = job();
        Taken taken;
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, folder())) {
            taken = method().take(job, context);
        }
        assertThat(objects(taken)).isNotEmpty().allSatisfy(this::isStored);
        isStored(taken.manifestObject());
        assertThat(taken.storedBytes()).isPositive();
        assertThat(taken.databaseBytes()).isPositive();
        // Server and test are on one host, so they have one clock.
        assertThat(taken.manifest().sourceClock().offset().abs()).isLessThan(Duration.ofSeconds(1));
        assertThat(leftOnTheServer(job)).isEmpty();
    }

    @Test
    void takenAgainItIsTheSameBackup() throws Exception {
        Job job = job();
        Taken first;
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, folder())) {
            first = method().take(job, context);
        }
        List<String> before = keys(job);
        Taken second;
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 2, folder())) {
            second = method().take(job, context);
        }
        assertThat(second.manifestObject()).isEqualTo(first.manifestObject());
        assertThat(second.databaseBytes()).isEqualTo(first.databaseBytes());
        assertThat(keys(job)).isEqualTo(before);
    }

    @Test
    void anOwnerThatWasReplacedInTheMiddleLeavesNothingThatCounts() throws Exception {
        Job job = job();
        try (ScriptedContext lost = new ScriptedContext(job.backupId(), 1, folder()).losing(this::inTheMiddle)) {
            assertThatThrownBy(() -> method().take(job, lost)).isInstanceOf(LeaseLost.class);
        }
        Taken taken;
        try (ScriptedContext next = new ScriptedContext(job.backupId(), 2, folder())) {
            taken = method().take(job, next);
        }
        assertThat(objects(taken)).allSatisfy(this::isStored);
        assertThat(keys(job))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(objects(taken).stream(), Stream.of(taken.manifestObject()))
                                .map(ObjectRef::key)
                                .toList());
        assertThat(unfinishedUploads(job)).isZero();
    }

    @Test
    void anOwnerThatWasStoppedReplacedAndContinuedChangesNothing() throws Exception {
        Job job = job();
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        Thread old = Thread.ofPlatform().start(() -> {
            try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, folder()).cancelling(progress -> {
                if (inTheMiddle(progress) && replaced.getCount() > 0) {
                    stopped.countDown();
                    awaitQuietly(replaced);
                }
                return false;
            })) {
                // The worst case: nobody tells it that it was replaced.
                method().take(job, context);
            } catch (Exception failed) {
                assertThat(failed).isNotInstanceOf(AssertionError.class);
            } finally {
                stopped.countDown();
            }
        });
        awaitQuietly(stopped);
        Taken taken;
        try (ScriptedContext next = new ScriptedContext(job.backupId(), 2, folder())) {
            taken = method().take(job, next);
        }
        replaced.countDown();
        old.join();
        isStored(taken.manifestObject());
        assertThat(objects(taken)).allSatisfy(this::isStored);
        assertThat(keys(job))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(objects(taken).stream(), Stream.of(taken.manifestObject()))
                                .map(ObjectRef::key)
                                .toList());
        assertThat(unfinishedUploads(job)).isZero();
        assertThat(leftOnTheServer(job)).isEmpty();
    }

    @Test
    void anOwnerThatBeginsLateEndsNothingOfItsSuccessor() throws Exception {
        Job job = job();
        AtomicBoolean late = new AtomicBoolean();
        Taken taken;
        try (ScriptedContext successor = new ScriptedContext(job.backupId(), 2, folder()).cancelling(progress -> {
            if (uploading(progress) && late.compareAndSet(false, true)) {
                beginAsReplaced(job);
            }
            return false;
        })) {
            taken = method().take(job, successor);
        }
        assertThat(late).isTrue();
        isStored(taken.manifestObject());
        assertThat(objects(taken)).allSatisfy(this::isStored);
        assertThat(unfinishedUploads(job)).isZero();
    }

    /** Stopped before its first step, continued after it was replaced, and told so only when it asks. */
    private void beginAsReplaced(Job job) {
        try (ScriptedContext replaced = new ScriptedContext(job.backupId(), 1, folder()).losing(progress -> true)) {
            assertThatThrownBy(() -> method().take(job, replaced)).isInstanceOf(LeaseLost.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void cancelledInTheMiddleItIsGone() throws Exception {
        Job job = job();
        try (ScriptedContext cancelled =
                new ScriptedContext(job.backupId(), 1, folder()).cancelling(this::inTheMiddle)) {
            assertThatThrownBy(() -> method().take(job, cancelled)).isInstanceOf(CancelRequested.class);
        }
        assertThat(keys(job)).isEmpty();
        assertThat(unfinishedUploads(job)).isZero();
        assertThat(leftOnTheServer(job)).isEmpty();
        try (Stream<Path> left = Files.list(folder())) {
            assertThat(left.filter(path -> path.getFileName()
                            .toString()
                            .startsWith(job.backupId().toString())))
                    .isEmpty();
        }
    }

    @Test
    void removedItIsGoneAndStaysGone() throws Exception {
        Job job = job();
        Taken taken;
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, folder())) {
            taken = method().take(job, context);
        }
        Stored stored = new Stored(job.backupId(), job.cluster(), job.repository(), taken.manifestObject(), null);
        method().remove(stored);
        assertThat(keys(job)).isEmpty();
        method().remove(stored);
        assertThat(keys(job)).isEmpty();
    }

    /** Keys below the backup's own folder. */
    protected List<String> keys(Job job) {
        try (Stream<ObjectInfo> all = store().list("", Optional.empty())) {
            return all.map(ObjectInfo::key)
                    .filter(key -> key.contains(job.backupId().toString()))
                    .toList();
        }
    }

    /** Ends what was begun and not completed, and says how many there were. */
    protected int unfinishedUploads(Job job) {
        return store().abortStaleUploads("", Instant.now().plus(Duration.ofHours(1)));
    }

    /** Reads the object and compares every byte's worth of it. */
    protected void isStored(ObjectRef object) {
        try (InputStream stream = store().get(object.key(), Optional.empty())) {
            byte[] bytes = stream.readAllBytes();
            assertThat((long) bytes.length).isEqualTo(object.bytes());
            assertThat(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                    .isEqualTo(object.sha256());
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
