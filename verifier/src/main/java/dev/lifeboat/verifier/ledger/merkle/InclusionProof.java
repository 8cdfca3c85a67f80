package dev.lifeboat.verifier.ledger.merkle;

import java.util.List;

/**
 * Proof that a leaf is in a tree (RFC 6962, section 2.1.1).
 *
 * @param index of the leaf, from 0
 * @param size leaves of the tree
 * @param path hashes from the leaf's sibling upwards
 */
public record InclusionProof(long index, long size, List<Sha256> path) {

    /** Takes a copy of the path. */
    public InclusionProof {
        path = List.copyOf(path);
    }

    /** Whether the leaf with this hash is at {@link #index()} of the tree with this root. */
    public boolean holds(Sha256 leaf, Sha256 root) {
        if (index < 0 || index >= size) {
            return false;
        }
        // RFC 9162, section 2.1.3.2: node counts where the path is, last where the tree's right edge is.
        long node = index;
        long last = size - 1;
        Sha256 hash = leaf;
        for (Sha256 sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = TreeHash.node(sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = TreeHash.node(hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.equals(root);
    }
}
