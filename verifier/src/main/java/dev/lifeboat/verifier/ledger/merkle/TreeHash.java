package dev.lifeboat.verifier.ledger.merkle;

/** How leaves and nodes are hashed (RFC 6962, section 2.1): the prefixes keep a node from passing for a leaf. */
public final class TreeHash {

    /** Root of the tree without leaves: the digest of nothing. */
    public static final Sha256 EMPTY_ROOT = Sha256.of();

    private static final byte[] LEAF = {0x00};
    private static final byte[] NODE = {0x01};

    private TreeHash() {}

    /** Hash of a leaf with this content. */
    public static Sha256 leaf(byte[] content) {
        return Sha256.of(LEAF, content);
    }

    /** Hash of the node above {@code left} and {@code right}. */
    public static Sha256 node(Sha256 left, Sha256 right) {
        return Sha256.of(NODE, left.bytes(), right.bytes());
    }
}
