package dev.lifeboat.backup.window;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupState;
import dev.lifeboat.backup.backup.Outcome;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.backup.Inventory;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * How large a cluster's WAL segments are: chosen once, when it was made. From the inventory of a backup, which lies in the
 * repository; only where there is none the server is asked. Remembered.
 */
@ApplicationScoped
public class SegmentSizes {
    /** What PostgreSQL takes unless it is told otherwise. */
    static final long USUAL = 16L << 20;

    private static final Logger LOG = Logger.getLogger(SegmentSizes.class);

    private final ServerLook server;
    private final ObjectMapper json;
    private final Map<UUID, Long> known = new ConcurrentHashMap<>();

    SegmentSizes(ServerLook server, ObjectMapper json) {
        this.server = server;
        this.json = json;
    }

    /** In bytes; the usual size where neither a backup nor the server tells. */
    public long of(DeclaredCluster cluster, ObjectStore store, List<Backup> backups) {
        Long remembered = known.get(cluster.id());
        if (remembered != null) {
            return remembered;
        }
        Optional<Long> told = inventories(store, backups).or(() -> asked(cluster));
        told.ifPresent(bytes -> known.put(cluster.id(), bytes));
        return told.orElse(USUAL);
    }

    private Optional<Long> inventories(ObjectStore store, List<Backup> backups) {
        for (Backup backup : backups) {
            if (backup.state() instanceof BackupState.Completed completed) {
                Optional<Long> bytes = inventory(store, completed.outcome());
                if (bytes.isPresent()) {
                    return bytes;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Long> inventory(ObjectStore store, Outcome outcome) {
        if (outcome.inventory() == null) {
            return Optional.empty();
        }
        try (InputStream in = store.get(
                outcome.inventory().key(), Optional.of(outcome.inventory().sha256()))) {
            return Optional.ofNullable(json.readValue(in, Inventory.class).walSegmentBytes());
        } catch (StoreException | IOException e) {
            LOG.warnf("the inventory %s cannot be read: %s", outcome.inventory().key(), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Long> asked(DeclaredCluster cluster) {
        try {
            return Optional.of(server.facts(cluster.spec()).segmentBytes());
        } catch (PostgresException e) {
            LOG.warnf(
                    "the size of WAL segments of %s is not known, %d is assumed: %s",
                    cluster.spec().name(), USUAL, e.getMessage());
            return Optional.empty();
        }
    }
}
