package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.ObjectStore;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of a cluster's WAL. They sort by timeline and position, and say both, so that a listing alone tells what is there.
 *
 * <pre>
 * {@code <cluster>wal/00000002.history
 * <cluster>wal/00000002/00000002000000010000003F.zst                                      sealed
 * <cluster>wal/00000002/000000020000000100000040/0000000140000000-0000000140003A18.zst    piece of the open one}
 * </pre>
 *
 * @param cluster what stands before, with a slash at its end: {@code clusters/<name>/<id>/}
 * @param suffix what the codec adds to a name, e.g. {@code .zst}; {@code .zst.age} where the store is encrypted
 */
public record WalKeys(String cluster, String suffix) {
    /** What zstd adds to a name. */
    public static final String COMPRESSED = ".zst";

    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
    private static final Pattern SEALED = Pattern.compile("([0-9A-F]{8})/([0-9A-F]{24})(\\.[a-z.]+)?");
    private static final Pattern PIECE =
            Pattern.compile("([0-9A-F]{8})/([0-9A-F]{24})/([0-9A-F]{16})-([0-9A-F]{16})(\\.[a-z.]+)?");

    public WalKeys {
        if (!cluster.endsWith("/")) {
            throw new IllegalArgumentException("a cluster's folder ends in a slash: " + cluster);
        }
    }

    /** Keys of what the store holds, or is given: compressed, and sealed where the store seals. */
    public static WalKeys in(ObjectStore store, String cluster) {
        return new WalKeys(cluster, COMPRESSED + store.sealing());
    }

    /** What all keys of the cluster's WAL begin with. */
    public String folder() {
        return cluster + "wal/";
    }

    /** What all keys of a timeline's WAL begin with. */
    public String folder(int timeline) {
        return folder() + hex(timeline) + "/";
    }

    /** Key of an object. */
    public String of(WalObject object) {
        return switch (object) {
            case WalObject.History history -> folder() + hex(history.timeline()) + ".history";
            case WalObject.Sealed sealed -> folder(sealed.timeline()) + sealed.segment() + suffix;
            case WalObject.Piece piece ->
                folder(piece.timeline()) + piece.segment() + "/" + hex(piece.start()) + "-" + hex(piece.end()) + suffix;
        };
    }

    /** For listing a timeline from a segment on: a key just before everything of that segment. */
    public String justBefore(WalSegment segment) {
        String name = segment.name();
        // Nothing sorts between a name without its last digit's successor and the name itself but longer forms of it.
        return folder(segment.timeline()) + name.substring(0, name.length() - 1)
                + (char) (name.charAt(name.length() - 1) - 1) + "~";
    }

    /** For listing what lies on later timelines: a key behind everything of this one. */
    public String behind(int timeline) {
        return folder() + hex(timeline) + "/~";
    }

    /** What a key stands for; empty for one that is none of these. */
    public Optional<WalObject> parse(String key, long segmentSize) {
        if (!key.startsWith(folder())) {
            return Optional.empty();
        }
        String name = key.substring(folder().length());
        try {
            Matcher history = HISTORY.matcher(name);
            if (history.matches()) {
                return Optional.of(new WalObject.History(Integer.parseUnsignedInt(history.group(1), 16)));
            }
            Matcher sealed = SEALED.matcher(name);
            if (sealed.matches()) {
                return Optional.of(new WalObject.Sealed(WalSegment.parse(sealed.group(2), segmentSize)));
            }
            Matcher piece = PIECE.matcher(name);
            if (piece.matches()) {
                return Optional.of(new WalObject.Piece(
                        WalSegment.parse(piece.group(2), segmentSize),
                        new Lsn(Long.parseUnsignedLong(piece.group(3), 16)),
                        new Lsn(Long.parseUnsignedLong(piece.group(4), 16))));
            }
            return Optional.empty();
        } catch (IllegalArgumentException strange) {
            return Optional.empty();
        }
    }

    private static String hex(int timeline) {
        return String.format("%08X", timeline);
    }

    private static String hex(Lsn position) {
        return String.format("%016X", position.value());
    }
}
