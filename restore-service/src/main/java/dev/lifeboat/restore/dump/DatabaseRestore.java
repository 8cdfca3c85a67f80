package dev.lifeboat.restore.dump;

import dev.lifeboat.platform.process.ProcessException;
import dev.lifeboat.platform.process.ProcessInput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.run.RestoreMethod.Job;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.BackupManifest.DumpObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Restores one database after the other, from a stream or from downloaded files. */
final class DatabaseRestore {
    private static final int KEPT_MESSAGES = 4 << 20;
    private static final int BUFFER = 1 << 16;

    private final Job job;
    private final RestoreMessages.LeftOff leftOff;
    private final Course course;
    private final long total;
    private long done;

    DatabaseRestore(Job job, RestoreMessages.LeftOff leftOff, Course course, long total) {
        this.job = job;
        this.leftOff = leftOff;
        this.course = course;
        this.total = total;
    }

    RestoreResult restore(DatabaseDump dump) throws Exception {
        DumpTransfer transfer = DumpTransfer.of(dump, job.host().processors());
        if (transfer.streamed()) {
            return streamed(dump);
        }
        Path scratch = job.sandbox().makeFolder(job.sandbox().folder().scratch());
        Path folder = job.sandbox().makeFolder(scratch.resolve(Long.toString(dump.oid())));
        DumpFiles.Downloaded downloaded = DumpFiles.download(job.reader(), dump, folder, bytes -> {
            moved(bytes);
            course.check();
        });
        List<String> arguments = DatabaseCreation.arguments(dump.name(), transfer.jobs());
        ProcessResult result =
                run(restoreTool(arguments, List.of(downloaded.archive().toString())));
        for (Path file : downloaded.files()) {
            Files.deleteIfExists(file);
        }
        return RestoreMessages.judge(dump.name(), result.exit(), result.stderrTail(), leftOff);
    }

    private RestoreResult streamed(DatabaseDump dump) throws Exception {
        DumpObject object = dump.objects().getFirst();
        AtomicReference<Exception> source = new AtomicReference<>();
        ProcessSpec spec = restoreTool(DatabaseCreation.arguments(dump.name(), 1), List.of())
                .stdin(new ProcessInput.Written(stdin -> feed(object, stdin, source)));
        ProcessResult result;
        try {
            result = run(spec);
        } catch (ProcessException e) {
            // The tool was ended because its input failed: what failed there says more.
            throw source.get() == null ? e : BackupReader.judged(object.object().key(), source.get());
        }
        if (source.get() != null) {
            throw BackupReader.judged(object.object().key(), source.get());
        }
        RestoreResult judged = RestoreMessages.judge(dump.name(), result.exit(), result.stderrTail(), leftOff);
        // It had all it wanted before the end of the object: then the digest was never looked at.
        if (judged instanceof RestoreResult.Restored && result.inputRefused()) {
            readToTheEnd(object);
        }
        return judged;
    }

    private void feed(DumpObject object, OutputStream stdin, AtomicReference<Exception> source) throws IOException {
        try (InputStream in = job.reader().open(object.object())) {
            byte[] buffer = new byte[BUFFER];
            while (true) {
                int read;
                try {
                    read = in.read(buffer);
                } catch (IOException | StoreException e) {
                    source.set(e);
                    throw new IOException("the dump could not be read to its end", e);
                }
                if (read < 0) {
                    return;
                }
                stdin.write(buffer, 0, read);
                moved(read);
            }
        } catch (DoesNotRestore | StoreException e) {
            source.set(e);
            throw new IOException("the dump could not be opened", e);
        }
    }

    private void readToTheEnd(DumpObject object) {
        try (InputStream in = job.reader().open(object.object())) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException | StoreException e) {
            throw BackupReader.judged(object.object().key(), e);
        }
    }

    private void moved(long bytes) {
        done += bytes;
        course.progress(done, total);
    }

    private ProcessSpec restoreTool(List<String> arguments, List<String> archive) throws InterruptedException {
        List<String> all = new java.util.ArrayList<>(arguments);
        all.addAll(archive);
        return job.sandbox().client("pg_restore", all).keepStderr(KEPT_MESSAGES);
    }

    private ProcessResult run(ProcessSpec spec) throws InterruptedException {
        Sandbox sandbox = job.sandbox();
        return sandbox.run(spec, course::check);
    }
}
