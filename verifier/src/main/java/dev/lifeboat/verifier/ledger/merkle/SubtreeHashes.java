package dev.lifeboat.verifier.ledger.merkle;

/**
 * Hashes of the complete subtrees of a tree. The subtree {@code (level, index)} covers the {@code 2^level} leaves from
 * {@code index * 2^level} on; level 0 is the leaves themselves. Such a hash never changes once its leaves are there.
 */
@FunctionalInterface
public interface SubtreeHashes {

    /** The hash of a subtree whose leaves are all there. */
    Sha256 hash(int level, long index);
}
