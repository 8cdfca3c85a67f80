package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.SegmentHeader;
import dev.lifeboat.platform.wal.WalFormatException;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.platform.wal.WalScanner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an earlier run, that was killed, received and did not store. It may be the only copy: a synchronous primary was told
 * that it is durable, and may be gone. So it goes to the store before anything else, as far as its records are whole: after
 * a crash of the host the end of a file may be anything.
 */
final class Leftovers {

    private final Path spool;
    private final WalStore store;
    private final WalListener listener;

    Leftovers(Path spool, WalStore store, WalListener listener) {
        this.spool = spool;
        this.store = store;
        this.listener = listener;
    }

    void store() throws IOException {
        TreeSet<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(spool, "*.wal")) {
            found.forEach(files::add);
        }
        for (Path path : files) {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
                store(path.getFileName().toString().replace(".wal", ""), file);
            }
            Files.delete(path);
        }
    }

    private void store(String name, FileChannel file) throws IOException {
        byte[] page = new byte[SegmentHeader.LENGTH];
        if (file.read(ByteBuffer.wrap(page), 0) < page.length) {
            return;
        }
        Optional<SegmentHeader> header = SegmentHeader.read(page);
        WalSegment segment;
        try {
            segment = WalSegment.parse(
                    name, header.map(SegmentHeader::segmentSize).orElse(0L));
        } catch (IllegalArgumentException noSegment) {
            // Its first page never reached the disk: nothing in it can be believed.
            return;
        }
        Content content = read(segment, file, header.orElseThrow().systemIdentifier());
        List<WalObject> there = stored(segment);
        Optional<StoredEnd> stored = StoredEnd.of(there, Optional.of(segment));
        Lsn known = stored.filter(end -> end.open().equals(segment))
                .map(StoredEnd::end)
                .orElse(stored.isPresent() ? segment.end() : segment.start());
        if (content.end().isAfter(known)) {
            WalObject object = content.end().equals(segment.end())
                    ? new WalObject.Sealed(segment)
                    : new WalObject.Piece(segment, known, content.end());
            store.put(object, file, content.facts());
            listener.leftoverStored(object, content.facts().lastCommit());
            known = content.end();
        }
        if (!known.isBefore(segment.end())) {
            removePieces(there);
        }
    }

    /** Of a segment that is stored whole. The stream may go on so far behind it that nobody else looks there again. */
    private void removePieces(List<WalObject> there) {
        List<WalObject.Piece> pieces = there.stream()
                .filter(WalObject.Piece.class::isInstance)
                .map(WalObject.Piece.class::cast)
                .toList();
        if (!pieces.isEmpty()) {
            store.remove(pieces);
            listener.removed(pieces.size());
        }
    }

    /** What the store has of that very segment. */
    private List<WalObject> stored(WalSegment segment) {
        try (var objects = store.list(segment.timeline(), Optional.of(segment), segment.size())) {
            return objects.map(WalStore.Stored::object)
                    .takeWhile(object -> switch (object) {
                        case WalObject.Sealed sealed -> sealed.segment().equals(segment);
                        case WalObject.Piece piece -> piece.segment().equals(segment);
                        case WalObject.History history -> false;
                    })
                    .toList();
        }
    }

    private record Content(Lsn end, WalFacts facts) {}

    private Content read(WalSegment segment, FileChannel file, String systemIdentifier) throws IOException {
        List<Commit> commits = new ArrayList<>();
        WalScanner scanner = new WalScanner(segment.start(), segment.size(), new WalScanner.Found() {
            @Override
            public void commit(Commit commit) {
                commits.add(commit);
            }

            @Override
            public void restorePoint(RestorePoint point) {
                // Listed from the store once it is there.
            }
        });
        boolean whole = scan(scanner, segment, file, segment.end()) && endIsRight(scanner, segment);
        Lsn end = whole ? segment.end() : scanner.validUpTo();
        commits.removeIf(commit -> commit.end().isAfter(end));
        return content(end, commits, systemIdentifier);
    }

    /**
     * A segment ends within a record, as a rule. What is there of it is WAL only when the record is whole in the files that
     * follow: else it may be zeros that a file is filled with ahead. A record that is nowhere whole is of no use to anybody.
     */
    private boolean endIsRight(WalScanner scanner, WalSegment segment) throws IOException {
        WalSegment next = segment.next();
        while (scanner.validUpTo().isBefore(segment.end())) {
            Path path = OpenSegment.path(spool, next);
            if (!Files.exists(path)) {
                return false;
            }
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
                if (!scan(scanner, next, file, segment.end())
                        && scanner.validUpTo().isBefore(segment.end())) {
                    return false;
                }
            }
            next = next.next();
        }
        return true;
    }

    /** Reads a segment up to its end or until what is there is right up to a position; false when it is no WAL, or ends. */
    private static boolean scan(WalScanner scanner, WalSegment segment, FileChannel file, Lsn enough)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(128 * 1024);
        long at = 0;
        try {
            while (at < segment.size() && scanner.validUpTo().isBefore(enough)) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), segment.size() - at));
                int read = file.read(chunk, at);
                if (read <= 0) {
                    return false;
                }
                scanner.scan(chunk.array(), 0, read);
                at += read;
            }
            return true;
        } catch (WalFormatException end) {
            return false;
        }
    }

    private static Content content(Lsn end, List<Commit> commits, String systemIdentifier) {
        return new Content(
                end,
                new WalFacts(
                        systemIdentifier,
                        commits.isEmpty() ? Optional.empty() : Optional.of(commits.getFirst()),
                        commits.isEmpty() ? Optional.empty() : Optional.of(commits.getLast())));
    }
}
