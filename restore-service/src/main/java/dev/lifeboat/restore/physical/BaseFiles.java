package dev.lifeboat.restore.physical;

import com.github.luben.zstd.ZstdInputStream;
import dev.lifeboat.platform.basebackup.ArrivedFiles;
import dev.lifeboat.platform.basebackup.ManifestMismatch;
import dev.lifeboat.platform.basebackup.ServerManifest;
import dev.lifeboat.platform.basebackup.TarArchive;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.run.RestoreMethod.Job;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalArchive;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Brings the server's files into a sandbox: each archive is decoded and unpacked while it comes in, each file compared with
 * the server's own manifest, each tablespace put into the sandbox's folder. Nothing of an archive is written to disk twice.
 */
final class BaseFiles {
    private static final String COMPRESSION = "zstd";
    private static final Pattern OID = Pattern.compile("\\d{1,10}");
    private static final long SAY_EVERY = 1 << 20;

    private final Job job;
    private final Course course;
    private final Sandbox sandbox;
    private final PhysicalSet set;
    private final ArrivedFiles arrived = ArrivedFiles.none();
    private final long total;
    private long done;
    private long said;

    BaseFiles(Job job, Course course) {
        this.job = job;
        this.course = course;
        this.sandbox = job.sandbox();
        this.set = job.manifest().physical();
        this.total = set.archives().stream().mapToLong(PhysicalArchive::bytes).sum();
    }

    /**
     * Restores.
     *
     * @throws DoesNotRestore if an archive is gone, altered, or holds something else than the server said
     */
    void restore() throws IOException {
        if (!set.compression().equals(COMPRESSION)) {
            throw NotCarriedOut.forGood(new Failure(
                    "backup.format-unknown",
                    "The backup's archives are compressed in a way that is not known here.",
                    COMPRESSION,
                    set.compression(),
                    "Upgrade restore-service."));
        }
        sandbox.makeFolder(sandbox.folder().data());
        sandbox.makeFolder(sandbox.folder().tablespace(0).getParent());
        int index = 0;
        for (PhysicalArchive archive : set.archives()) {
            String oid = archive.tablespaceOid();
            if (oid == null) {
                unpack(archive, sandbox.folder().data(), "");
            } else {
                unpack(
                        archive,
                        sandbox.makeFolder(sandbox.folder().tablespace(index++)),
                        "pg_tblspc/" + checked(oid) + "/");
            }
        }
        compare();
        linkTablespaces();
        // ALTER SYSTEM's settings of production end here; ours are on the command line. Who keeps the server gets them
        // back.
        Path settings = sandbox.folder().data().resolve("postgresql.auto.conf");
        if (Files.exists(settings)) {
            sandbox.writeForServer(sandbox.folder().sourceSettings(), Files.readString(settings));
        }
        sandbox.writeForServer(settings, "");
        sandbox.writeForServer(sandbox.folder().data().resolve("standby.signal"), "");
    }

    private void unpack(PhysicalArchive archive, Path folder, String prefix) throws IOException {
        String key = archive.object().key();
        try (InputStream stored = job.reader().open(archive.object());
                InputStream tar = new ZstdInputStream(stored)) {
            long bytes = new TarArchive(tar, TarArchive.sha256(), this::moved)
                    .read(new UnpackedFolder(UnpackedFolder.Owner.of(sandbox), folder, prefix, arrived));
            if (stored.read() >= 0) {
                throw new IOException("something behind its end");
            }
            if (bytes != archive.bytes()) {
                throw new IOException(bytes + " bytes when unpacked, and not " + archive.bytes());
            }
        } catch (StoreException e) {
            throw BackupReader.judged(key, e);
        } catch (UncheckedIOException disk) {
            throw disk.getCause();
        } catch (IOException e) {
            throw new DoesNotRestore(new Failure(
                    "backup.archive-unreadable",
                    "An archive of the backup cannot be unpacked.",
                    "a tar archive as the server sent it, compressed with zstd",
                    key + ": " + e.getMessage(),
                    "Do not count on this backup: take a new one, and find out what altered the object."));
        }
    }

    private void compare() throws IOException {
        Path file = sandbox.folder().root().resolve("backup_manifest");
        Files.write(file, job.reader().bytes(set.backupManifest()));
        try {
            ServerManifest.compare(file, arrived.files());
        } catch (ManifestMismatch e) {
            throw new DoesNotRestore(new Failure(
                    "backup.files-differ",
                    "The backup's files are not those that its server's manifest lists.",
                    e.expected(),
                    e.found(),
                    "Do not count on this backup: take a new one. Both have the digests that Lifeboat noted: look for a fault"
                            + " when it was taken."));
        }
    }

    /** What the server would link by its map leads to production's folders: the links are made here, to the sandbox's. */
    private void linkTablespaces() throws IOException {
        Files.deleteIfExists(sandbox.folder().data().resolve("tablespace_map"));
        int index = 0;
        for (PhysicalArchive archive : set.archives()) {
            if (archive.tablespaceOid() != null) {
                Path link = sandbox.folder().data().resolve("pg_tblspc").resolve(archive.tablespaceOid());
                Files.createSymbolicLink(link, sandbox.folder().tablespace(index++));
                sandbox.give(link);
            }
        }
    }

    private static String checked(String oid) {
        if (!OID.matcher(oid).matches()) {
            throw new DoesNotRestore(new Failure(
                    "backup.file-name",
                    "The manifest names a tablespace that no server has.",
                    "an object identifier",
                    oid.replaceAll("\\p{Cntrl}", "?"),
                    "Look at who wrote this backup."));
        }
        return oid;
    }

    private void moved(long bytes) {
        done += bytes;
        if (done - said >= SAY_EVERY) {
            said = done;
            course.check();
            course.progress(done, total);
        }
    }
}
