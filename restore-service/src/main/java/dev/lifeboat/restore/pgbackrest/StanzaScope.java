package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.restore.archive.ArchiveIsolation;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.replay.WalSegment;
import dev.lifeboat.schemas.backup.BackupManifest.PgBackRestSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the keys of a pgBackRest repository mean to a recovery of one set: its chain and the WAL from its start on are
 * needed; what the primary adds is WAL of the timeline that it was on, and further backups. The lists {@code backup.info} and
 * {@code archive.info} are written anew with each of those.
 */
final class StanzaScope implements ArchiveIsolation.Scope {
    private final String backups;
    private final Set<String> chain;
    private final Optional<WalSegment> start;
    private final int timeline;

    StanzaScope(PgBackRestSet set, ArchiveListing before) {
        this.backups = set.repositoryPath() + "/backup/" + set.stanza() + "/";
        this.chain = new HashSet<>();
        chain.add(set.label());
        if (set.priorLabels() != null) {
            chain.addAll(set.priorLabels());
        }
        this.start = Optional.ofNullable(set.startWal()).flatMap(WalSegment::parse);
        this.timeline = before.entries().keySet().stream()
                .map(WalArchive::timelineOf)
                .flatMap(Optional::stream)
                .max(Integer::compare)
                .orElse(set.timeline() == null ? 1 : set.timeline());
    }

    @Override
    public boolean needed(String key) {
        if (key.startsWith(backups)) {
            String rest = key.substring(backups.length());
            return rest.indexOf('/') > 0 && chain.contains(rest.substring(0, rest.indexOf('/')));
        }
        String name = key.substring(key.lastIndexOf('/') + 1);
        Optional<WalSegment> segment = name.length() < 24 ? Optional.empty() : WalSegment.parse(name.substring(0, 24));
        return segment.isPresent() && start.isPresent() && segment.get().compareTo(start.get()) >= 0;
    }

    @Override
    public boolean byPrimary(String key) {
        // No sandbox takes backups; its WAL would be of a timeline that was not there before.
        return WalArchive.timelineOf(key).map(of -> of <= timeline).orElse(true);
    }
}
