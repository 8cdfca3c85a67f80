package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.pointintime.ArchiveEnd;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.restore.replay.ArchiveRecovery;
import dev.lifeboat.restore.run.Course;
import dev.lifeboat.restore.run.RestoreMethod;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Restores physical backups: the server's files out of their archives, then the WAL that Lifeboat streamed, to the target or
 * to the last byte that is stored. Nothing but PostgreSQL runs in the sandbox: what it needs is fetched here, and it never
 * has a key to the store.
 */
@ApplicationScoped
public class PhysicalRestore implements RestoreMethod {
    private static final String NAME = "physical";
    private static final String LATEST = "latest";

    private final InstantSource clock;

    PhysicalRestore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Watched watched(BackupManifest manifest) {
        return new Watched(PhysicalScope.cluster(manifest), before -> new PhysicalScope(manifest, before));
    }

    @Override
    public Restored restore(Job job, Course course) throws Exception {
        PhysicalSet set = job.manifest().physical();
        Optional<Aim> aim = Optional.ofNullable(job.aim());
        WalInStore stored = WalInStore.list(job.reader(), job.manifest());
        WalPath path = stored.path(aim.map(at -> at.sought().timeline()).orElse(null));
        stored.require(
                path,
                aim.filter(at -> !at.sought().type().equals(LATEST))
                        .map(at -> Lsn.parse(at.endLsn()))
                        .orElse(null));

        course.restoring();
        new BaseFiles(job, course).restore();

        SegmentFetch fetch =
                new SegmentFetch(job.reader(), stored.keys(), job.manifest().systemIdentifier());
        WalHandover handover = WalHandover.make(job.sandbox(), path, stored.histories());
        try (WalAhead ahead = WalAhead.start(path, fetch, handover)) {
            return new ArchiveRecovery(job, course, clock)
                    .run(
                            new StreamedWal(path, fetch, handover, ahead),
                            dev.lifeboat.platform.postgres.Lsn.parse(set.startLsn()),
                            new dev.lifeboat.platform.postgres.Lsn(path.end().value()));
        }
    }

    @Override
    public ArchiveEnd archiveEnd(ArchiveQuestion question) {
        WalInStore stored = WalInStore.list(question.reader(), question.manifest());
        WalPath path = stored.path(question.timeline());
        stored.require(path, Lsn.parse(question.manifest().physical().stopLsn()));
        SegmentFetch fetch = new SegmentFetch(
                question.reader(), stored.keys(), question.manifest().systemIdentifier());
        try {
            return new WalTail(fetch, question.scratch()).read(stored, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
