package dev.lifeboat.restore.pgbackrest;

import com.github.luben.zstd.ZstdInputStream;
import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.pointintime.ArchiveEnd;
import dev.lifeboat.restore.replay.WalSegment;
import dev.lifeboat.restore.run.RestoreMethod.ArchiveQuestion;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest.PgBackRestSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;

/**
 * Finds the last end of a transaction that an archive of pgBackRest holds: it reads segments from the last one backwards,
 * until one has one. A target that lies behind it can never be reached, and PostgreSQL would say so only after the replay.
 */
final class ArchiveEndReader {
    /** An idle primary archives segments without a commit; after so many the moment counts as not known. */
    private static final int MOST = 16;
    /** WAL between backups may have expired on purpose: there may be many. */
    private static final int MOST_GAPS = 3;

    private final ArchiveQuestion question;
    private final PgBackRest tool;
    private final Path folder;

    ArchiveEndReader(ArchiveQuestion question, PgBackRest tool) {
        this.question = question;
        this.tool = tool;
        this.folder = question.scratch().makeFolder(question.scratch().folder().scratch());
    }

    ArchiveEnd read(WalArchive archive, ArchiveListing listing, long segmentBytes)
            throws InterruptedException, IOException {
        int timeline = question.timeline() == null ? archive.timeline() : question.timeline();
        if (!archive.timelines().contains(timeline)) {
            throw NotCarriedOut.forGood(new Failure(
                    "target.timeline-unknown",
                    "The archive holds no WAL of this timeline.",
                    "one of " + archive.timelines(),
                    Integer.toString(timeline),
                    "Leave timeline out and the plan chooses the newest."));
        }
        List<WalSegment> segments = archive.backwards(timeline);
        Tail tail = tail(archive, listing, segmentBytes, segments);
        return new ArchiveEnd(
                timeline,
                archive.timelines(),
                tail.lastRecord(),
                tail.lastEndAt(),
                listing.takenAt(),
                gaps(archive, listing, segmentBytes, segments));
    }

    private record Tail(Lsn lastRecord, boolean exact, Instant lastEndAt) {}

    /** Where a stretch of WAL ends, its segments newest first. */
    private Tail tail(WalArchive archive, ArchiveListing listing, long segmentBytes, List<WalSegment> segments)
            throws InterruptedException, IOException {
        Lsn last = segments.getFirst().start(segmentBytes).plus(segmentBytes - 1);
        boolean exact = false;
        Instant at = null;
        for (WalSegment segment : segments.subList(0, Math.min(MOST, segments.size()))) {
            Optional<WalDump> dump = dump(segment, key(archive, listing, segment));
            if (dump.isEmpty()) {
                break;
            }
            if (!exact && dump.get().lastRecord().isPresent()) {
                last = dump.get().lastRecord().get();
                exact = true;
            }
            if (dump.get().lastEndAt().isPresent()) {
                at = dump.get().lastEndAt().get();
                break;
            }
        }
        return new Tail(last, exact, at);
    }

    /** What is missing between the segments that are there; what lies before the newest few is not read. */
    private List<ArchiveEnd.Gap> gaps(
            WalArchive archive, ArchiveListing listing, long segmentBytes, List<WalSegment> segments)
            throws InterruptedException, IOException {
        List<ArchiveEnd.Gap> gaps = new ArrayList<>();
        for (int i = 1; i < segments.size(); i++) {
            Lsn from = segments.get(i).start(segmentBytes).plus(segmentBytes);
            Lsn to = segments.get(i - 1).start(segmentBytes);
            if (from.compareTo(to) < 0) {
                Tail before = gaps.size() < MOST_GAPS
                        ? tail(archive, listing, segmentBytes, segments.subList(i, segments.size()))
                        : new Tail(null, false, null);
                gaps.add(new ArchiveEnd.Gap(from, to, before.exact() ? before.lastRecord() : null, before.lastEndAt()));
            }
        }
        return gaps.reversed();
    }

    private static String key(WalArchive archive, ArchiveListing listing, WalSegment segment) {
        String name = segment.toString();
        String begin = archive.folder() + name.substring(0, 16) + "/" + name + "-";
        return listing.entries().keySet().stream()
                .filter(key -> key.startsWith(begin))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("listed and not there: " + segment));
    }

    /** Empty if its codec cannot be read here. */
    private Optional<WalDump> dump(WalSegment segment, String key) throws InterruptedException, IOException {
        PgBackRestSet set = question.manifest().pgbackrest();
        String name = key.substring(key.lastIndexOf('/') + 1);
        Path stored = folder.resolve("stored");
        Path plain = folder.resolve(segment.toString());
        Sandbox scratch = question.scratch();
        try {
            PgBackRest.requireSuccess(
                    "repo-get",
                    scratch.run(
                            tool.command(
                                            "repo-get",
                                            List.of(),
                                            List.of(key.substring(
                                                    set.repositoryPath().length() + 1)))
                                    .stdout(new ProcessOutput.ToFile(stored)),
                            () -> {}));
        } catch (PgBackRestException e) {
            throw RestoreTool.judged(e);
        }
        String codec = name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : "none";
        try (InputStream in = Files.newInputStream(stored);
                InputStream decoded = decoded(in, codec)) {
            if (decoded == null) {
                return Optional.empty();
            }
            Files.copy(decoded, plain);
        }
        AtomicReference<WalDump> read = new AtomicReference<>();
        // It ends with an error where the WAL ends in the middle of a segment.
        scratch.run(
                scratch.tool("pg_waldump", List.of("--path=" + folder, segment.toString()))
                        .runAs(Optional.empty())
                        .stdout(new ProcessOutput.Consumed(output -> read.set(WalDump.read(
                                new BufferedReader(new InputStreamReader(output, StandardCharsets.ISO_8859_1)))))),
                () -> {});
        Files.delete(plain);
        Files.delete(stored);
        return Optional.of(read.get());
    }

    private static InputStream decoded(InputStream in, String codec) throws IOException {
        return switch (codec) {
            case "none" -> in;
            case "gz" -> new GZIPInputStream(in);
            case "zst" -> new ZstdInputStream(in);
            default -> null;
        };
    }
}
