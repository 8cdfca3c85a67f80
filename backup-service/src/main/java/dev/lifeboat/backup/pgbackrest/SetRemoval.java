package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.backup.BackupMethod.Stored;
import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** Takes one backup out of its repository, and with it the WAL that no full backup needs any more. Idempotent. */
final class SetRemoval {
    private static final Logger LOG = Logger.getLogger(SetRemoval.class);

    private final ObjectStore store;
    private final SetKeys keys;
    private final SetManifests manifests;
    private final InstantSource clock;

    SetRemoval(ObjectStore store, SetKeys keys, SetManifests manifests, InstantSource clock) {
        this.store = store;
        this.keys = keys;
        this.manifests = manifests;
        this.clock = clock;
    }

    /**
     * Removes the backup, whichever set it is. Its manifest goes first: without it, it is no backup.
     *
     * @throws dev.lifeboat.platform.pgbackrest.PgBackRestException {@code pgbackrest.has-dependants} while backups that
     *     count build on it; {@code pgbackrest.last-full} while there is no other full backup
     */
    void remove(Stored stored, PgBackRest tool) throws InterruptedException, IOException {
        StaleRun.end(stored.backupId());
        Instant asked = clock.instant();
        PgBackRestInfo info = tool.info();
        TreeSet<String> labels = new TreeSet<>();
        Optional.ofNullable(stored.label()).ifPresent(labels::add);
        manifests
                .earlier()
                .ifPresent(published ->
                        labels.add(published.manifest().pgbackrest().label()));
        info.sets().stream()
                .filter(set ->
                        stored.backupId().toString().equals(set.annotations().get(PgBackRest.BACKUP_ID)))
                .forEach(set -> labels.add(set.label()));
        for (String label : labels) {
            requireNoneBuildsOn(label, labels, info);
        }
        manifests.remove();
        for (String label : labels.descendingSet()) {
            PgBackRestInfo now = tool.info();
            Optional<PgBackRestInfo.Set> set = now.set(label);
            if (set.isPresent()) {
                expire(tool, now, set.get());
            }
        }
        if (!info.locked()) {
            // Nobody was at work then; a backup that has begun since keeps its uploads.
            store.abortStaleUploads(keys.sets(), asked);
        }
    }

    private void expire(PgBackRest tool, PgBackRestInfo info, PgBackRestInfo.Set set) throws InterruptedException {
        List<String> alongside = info.dependants(set.label()).stream()
                .map(PgBackRestInfo.Set::label)
                .toList();
        Optional<PgBackRestInfo.Set> oldest =
                info.fulls().filter(full -> !full.label().equals(set.label())).findFirst();
        long fullsKept =
                info.fulls().filter(full -> !full.label().equals(set.label())).count();
        LOG.infof(
                "Removing set %s of stanza %s%s; %s",
                set.label(),
                info.stanza(),
                alongside.isEmpty() ? "" : " with " + alongside + ", which build on it and are no backups",
                oldest.map(full -> "WAL is kept from " + full.startWal() + " on, where full backup " + full.label()
                                + " begins")
                        .orElse("there is no other full backup"));
        // One at least: with none left, pgBackRest refuses to remove the last.
        tool.expire(set.label(), Math.max(1, fullsKept));
    }

    /** pgBackRest removes what builds on a set together with it: what counts must have been removed before. */
    private void requireNoneBuildsOn(String label, Set<String> ours, PgBackRestInfo info) {
        List<String> counting = info.dependants(label).stream()
                .filter(set -> !ours.contains(set.label()))
                .filter(this::counts)
                .map(PgBackRestInfo.Set::label)
                .toList();
        if (!counting.isEmpty()) {
            throw Refusal.passing(new Failure(
                    "pgbackrest.has-dependants",
                    "Other backups build on this one.",
                    "none",
                    String.join(", ", counting),
                    "Remove those first, or wait until they expire."));
        }
    }

    /** One that Lifeboat did not take counts: nobody told us that it may go. */
    private boolean counts(PgBackRestInfo.Set set) {
        String id = set.annotations().get(PgBackRest.BACKUP_ID);
        return id == null || store.head(keys.manifestOf(id)).isPresent();
    }
}
