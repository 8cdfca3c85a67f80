package dev.lifeboat.restore.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.restore.archive.ArchiveIsolation;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.run.RestoreMethod.Watched;
import dev.lifeboat.restore.sandbox.Sandboxes;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Lists the archive before a recovery and after its teardown. The first listing waits in a file: it may be long. */
@ApplicationScoped
public class ArchiveWatch {
    private static final String FILE = "archive-before.json.gz";

    private final Sandboxes sandboxes;

    ArchiveWatch(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
    }

    /** Lists before anything is touched; a later attempt keeps the first one's listing. */
    void before(UUID recoveryId, BackupReader reader, Watched watched) {
        Path file = sandboxes.keepsake(recoveryId, FILE);
        if (Files.exists(file)) {
            return;
        }
        ArchiveListing listing = reader.list(watched.prefix());
        try {
            Path fresh = Files.createTempFile(file.getParent(), FILE, ".new");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(fresh))) {
                out.write(EventJson.mapper().writeValueAsBytes(listing));
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lists again and compares. */
    Isolation after(UUID recoveryId, BackupReader reader, Watched watched) {
        Path file = sandboxes.keepsake(recoveryId, FILE);
        ArchiveListing before;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            before = EventJson.mapper().readValue(in.readAllBytes(), ArchiveListing.class);
        } catch (NoSuchFileException e) {
            return ArchiveIsolation.notTaken("there is no listing from before: the recovery did not get that far");
        } catch (JsonProcessingException e) {
            return ArchiveIsolation.notTaken("the listing from before cannot be read");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ArchiveIsolation.between(
                before, reader.list(watched.prefix()), watched.scope().apply(before), true);
    }
}
