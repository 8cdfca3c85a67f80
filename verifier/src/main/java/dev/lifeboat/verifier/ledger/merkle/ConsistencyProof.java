package dev.lifeboat.verifier.ledger.merkle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Proof that a tree was only appended to (RFC 6962, section 2.1.2).
 *
 * @param oldSize leaves of the older tree
 * @param newSize leaves of the newer tree
 * @param path as the RFC orders it
 */
public record ConsistencyProof(long oldSize, long newSize, List<Sha256> path) {

    /** Takes a copy of the path. */
    public ConsistencyProof {
        path = List.copyOf(path);
    }

    /** Whether the tree with {@code newRoot} begins with the tree that had {@code oldRoot}. */
    public boolean holds(Sha256 oldRoot, Sha256 newRoot) {
        if (oldSize < 0 || oldSize > newSize) {
            return false;
        }
        if (oldSize == newSize) {
            return path.isEmpty() && oldRoot.equals(newRoot);
        }
        if (oldSize == 0) {
            return path.isEmpty() && oldRoot.equals(TreeHash.EMPTY_ROOT);
        }
        // RFC 9162, section 2.1.4.2.
        Deque<Sha256> rest = new ArrayDeque<>(path);
        if (Long.bitCount(oldSize) == 1) {
            rest.addFirst(oldRoot);
        }
        if (rest.isEmpty()) {
            return false;
        }
        long node = oldSize - 1;
        long last = newSize - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        Sha256 oldHash = rest.removeFirst();
        Sha256 newHash = oldHash;
        for (Sha256 hash : rest) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldHash = TreeHash.node(hash, oldHash);
                newHash = TreeHash.node(hash, newHash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newHash = TreeHash.node(newHash, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
    }
}
