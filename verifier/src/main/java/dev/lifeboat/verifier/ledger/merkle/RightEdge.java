package dev.lifeboat.verifier.ledger.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The roots of the complete subtrees that a tree of some size falls into, largest first: one for each set bit of the
 * size. It is all that is needed to append a leaf or to compute the root, both in O(log size).
 *
 * @param size number of leaves
 * @param hashes one for each set bit of {@code size}, highest bit first
 */
public record RightEdge(long size, List<Sha256> hashes) {

    /** The edge of the empty tree. */
    public static final RightEdge EMPTY = new RightEdge(0, List.of());

    /** Checks that size and hashes belong together. */
    public RightEdge {
        hashes = List.copyOf(hashes);
        if (size < 0 || Long.bitCount(size) != hashes.size()) {
            throw new IllegalArgumentException("a tree of " + size + " leaves has " + Long.bitCount(size)
                    + " subtrees on its right edge, not " + hashes.size());
        }
    }

    /** A complete subtree that came to be; see {@link SubtreeHashes} for what level and index mean. */
    public record Subtree(int level, long index, Sha256 hash) {}

    /**
     * What appending a leaf leads to.
     *
     * @param edge of the tree with the leaf
     * @param completed subtrees of level 1 and higher that the leaf completed, lowest first
     */
    public record Grown(RightEdge edge, List<Subtree> completed) {}

    /** The tree with one leaf more. */
    public Grown append(Sha256 leaf) {
        List<Sha256> edge = new ArrayList<>(hashes);
        List<Subtree> completed = new ArrayList<>();
        Sha256 right = leaf;
        int level = 0;
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            right = TreeHash.node(edge.removeLast(), right);
            level++;
            completed.add(new Subtree(level, size >> level, right));
        }
        edge.add(right);
        return new Grown(new RightEdge(size + 1, edge), List.copyOf(completed));
    }

    /** The root of the tree (RFC 6962, Merkle Tree Hash). */
    public Sha256 root() {
        if (hashes.isEmpty()) {
            return TreeHash.EMPTY_ROOT;
        }
        Sha256 root = hashes.getLast();
        for (int i = hashes.size() - 2; i >= 0; i--) {
            root = TreeHash.node(hashes.get(i), root);
        }
        return root;
    }

    /** The hashes one after the other, to be kept beside the size. */
    public byte[] bytes() {
        byte[] bytes = new byte[hashes.size() * Sha256.LENGTH];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i).bytes(), 0, bytes, i * Sha256.LENGTH, Sha256.LENGTH);
        }
        return bytes;
    }

    /** The edge that {@link #bytes()} was taken from. */
    public static RightEdge of(long size, byte[] bytes) {
        if (bytes.length % Sha256.LENGTH != 0) {
            throw new IllegalArgumentException("a right edge is whole digests, not " + bytes.length + " bytes");
        }
        List<Sha256> hashes = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += Sha256.LENGTH) {
            hashes.add(Sha256.ofDigest(Arrays.copyOfRange(bytes, at, at + Sha256.LENGTH)));
        }
        return new RightEdge(size, hashes);
    }
}
