package dev.lifeboat.verifier.ledger.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * Root and proofs for any size that a log has had, from the hashes of its complete subtrees (RFC 6962, sections 2.1 to
 * 2.1.2). Each needs O(log size) to O(log² size) of them.
 */
public final class MerkleTree {

    private final SubtreeHashes subtrees;

    /** The tree over these subtrees; they must hold at least the sizes that are asked for. */
    public MerkleTree(SubtreeHashes subtrees) {
        this.subtrees = subtrees;
    }

    /** The root that the log had with its first {@code size} leaves. */
    public Sha256 root(long size) {
        requireSize(size);
        return size == 0 ? TreeHash.EMPTY_ROOT : range(0, size);
    }

    /** Proof that leaf {@code index} (from 0) is in the tree of {@code size} leaves. */
    public InclusionProof inclusion(long index, long size) {
        requireSize(size);
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("a tree of " + size + " leaves has no leaf " + index);
        }
        List<Sha256> path = new ArrayList<>();
        collectPath(index, 0, size, path);
        return new InclusionProof(index, size, path);
    }

    /** Proof that the tree of {@code newSize} leaves begins with the tree of {@code oldSize} leaves. */
    public ConsistencyProof consistency(long oldSize, long newSize) {
        requireSize(oldSize);
        if (newSize < oldSize) {
            throw new IllegalArgumentException("a log of " + newSize + " leaves never had " + oldSize);
        }
        List<Sha256> path = new ArrayList<>();
        if (oldSize > 0 && oldSize < newSize) {
            collectSubproof(oldSize, 0, newSize, true, path);
        }
        return new ConsistencyProof(oldSize, newSize, path);
    }

    private void collectPath(long index, long from, long to, List<Sha256> path) {
        if (to - from == 1) {
            return;
        }
        long middle = from + largestPowerBelow(to - from);
        if (index < middle) {
            collectPath(index, from, middle, path);
            path.add(range(middle, to));
        } else {
            collectPath(index, middle, to, path);
            path.add(range(from, middle));
        }
    }

    /** SUBPROOF of the RFC; {@code known} says that the verifier has the hash of this range as its old root. */
    private void collectSubproof(long oldSize, long from, long to, boolean known, List<Sha256> path) {
        if (oldSize == to) {
            if (!known) {
                path.add(range(from, to));
            }
            return;
        }
        long middle = from + largestPowerBelow(to - from);
        if (oldSize <= middle) {
            collectSubproof(oldSize, from, middle, known, path);
            path.add(range(middle, to));
        } else {
            collectSubproof(oldSize, middle, to, false, path);
            path.add(range(from, middle));
        }
    }

    /** Hash over the leaves {@code [from, to)}; {@code from} is always a multiple of the range's left subtree. */
    private Sha256 range(long from, long to) {
        long count = to - from;
        if (Long.bitCount(count) == 1) {
            int level = Long.numberOfTrailingZeros(count);
            return subtrees.hash(level, from >> level);
        }
        long middle = from + largestPowerBelow(count);
        return TreeHash.node(range(from, middle), range(middle, to));
    }

    /** The largest power of two below {@code count}, which is at least 2. */
    private static long largestPowerBelow(long count) {
        return Long.highestOneBit(count - 1);
    }

    private static void requireSize(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has no negative size: " + size);
        }
    }
}
