package dev.lifeboat.restore.dump;

import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.BackupManifest.DumpObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** The files of a dump on their way out of the repository; each is compared with its digest before it counts. */
public final class DumpFiles {
    private static final int BUFFER = 1 << 16;

    /** What pg_dump calls the files of a directory: nothing that leads anywhere else. */
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,200}");

    private DumpFiles() {}

    /** Where an archive was downloaded to: what pg_restore is called with, and the files that it consists of. */
    public record Downloaded(Path archive, List<Path> files) {}

    /**
     * Downloads.
     *
     * @param folder that is there, for this dump alone
     * @param moved gets the number of bytes with each piece; throws to stop
     * @throws DoesNotRestore if an object is gone or altered
     */
    public static Downloaded download(BackupReader reader, DatabaseDump dump, Path folder, LongConsumer moved)
            throws IOException {
        boolean custom = dump.format().equals("custom");
        List<Path> files = new java.util.ArrayList<>();
        for (DumpObject object : dump.objects()) {
            Path file = custom ? folder.resolve("dump.pgc") : folder.resolve(checked(object.name()));
            download(reader, object, file, moved);
            files.add(file);
        }
        return new Downloaded(custom ? folder.resolve("dump.pgc") : folder, files);
    }

    /** The object that holds the archive's table of contents. */
    public static DumpObject contents(DatabaseDump dump) {
        return dump.objects().stream()
                .filter(object ->
                        dump.format().equals("custom") || object.name().equals("toc.dat"))
                .findFirst()
                .orElseThrow(() -> new DoesNotRestore(new Failure(
                        "backup.object-missing",
                        "The dump has no table of contents.",
                        "toc.dat",
                        dump.objects().size() + " other files",
                        "Do not count on this backup: take a new one.")));
    }

    private static void download(BackupReader reader, DumpObject object, Path file, LongConsumer moved)
            throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        try (InputStream in = reader.open(object.object());
                OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                moved.accept(read);
            }
        } catch (StoreException e) {
            throw BackupReader.judged(object.object().key(), e);
        } catch (IOException e) {
            if (BackupReader.isFromStore(e)) {
                throw BackupReader.judged(object.object().key(), e);
            }
            throw e;
        }
    }

    private static String checked(String name) {
        if (!FILE_NAME.matcher(name).matches() || name.contains("..")) {
            throw new DoesNotRestore(new Failure(
                    "backup.file-name",
                    "The manifest names a file that no dump has.",
                    "a plain file name",
                    name.replaceAll("\\p{Cntrl}", "?"),
                    "Look at who wrote this backup."));
        }
        return name;
    }
}
