package dev.lifeboat.verifier.ledger.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the published vectors of Certificate Transparency, and against a naive tree for every size up to 64. */
class MerkleTreeTest {

    private static final int MAX = 64;

    /** Leaves of the vectors that the reference implementations of RFC 6962 share. */
    private static final List<byte[]> REFERENCE = List.of(
            bytes(""),
            bytes("00"),
            bytes("10"),
            bytes("2021"),
            bytes("3031"),
            bytes("40414243"),
            bytes("5051525354555657"),
            bytes("606162636465666768696a6b6c6d6e6f"));

    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    })
    void rootsAreThoseOfTheReference(int size, String root) {
        Log log = Log.of(REFERENCE.subList(0, size));
        assertThat(log.edge.root().hex()).isEqualTo(root);
        assertThat(log.tree().root(size).hex()).isEqualTo(root);
    }

    @Test
    void proofsAreThoseOfTheReference() {
        MerkleTree tree = Log.of(REFERENCE).tree();
        assertThat(hex(tree.inclusion(0, 8).path()))
                .containsExactly(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
        assertThat(hex(tree.inclusion(5, 8).path()))
                .containsExactly(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertThat(hex(tree.consistency(2, 8).path()))
                .containsExactly(
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
        assertThat(hex(tree.consistency(6, 8).path()))
                .containsExactly(
                        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertThat(hex(tree.consistency(2, 5).path()))
                .containsExactly(
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
    }

    static IntStream sizes() {
        return IntStream.rangeClosed(0, MAX);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void growingGivesTheRootOfTheDefinition(int size) {
        Log log = Log.ofSize(size);
        assertThat(log.edge.root()).isEqualTo(naiveRoot(log.leaves));
        assertThat(RightEdge.of(size, log.edge.bytes())).isEqualTo(log.edge);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyLeafIsProvenAndNothingElse(int size) {
        Log log = Log.ofSize(MAX);
        Sha256 root = naiveRoot(log.leaves.subList(0, size));
        for (int index = 0; index < size; index++) {
            InclusionProof proof = log.tree().inclusion(index, size);
            Sha256 leaf = log.leaves.get(index);
            assertThat(proof.holds(leaf, root)).isTrue();
            assertThat(proof.path().size()).isLessThanOrEqualTo(6);
            assertThat(proof.holds(flip(leaf), root)).isFalse();
            assertThat(proof.holds(leaf, flip(root))).isFalse();
            for (int other = 0; other < size; other++) {
                assertThat(new InclusionProof(other, size, proof.path()).holds(leaf, root))
                        .as("leaf %s of %s with the proof of %s", other, size, index)
                        .isEqualTo(other == index);
            }
            for (List<Sha256> path : damaged(proof.path())) {
                assertThat(new InclusionProof(index, size, path).holds(leaf, root))
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyEarlierSizeIsConsistentAndNothingElse(int size) {
        Log log = Log.ofSize(MAX);
        Sha256 root = naiveRoot(log.leaves.subList(0, size));
        for (int old = 0; old <= size; old++) {
            ConsistencyProof proof = log.tree().consistency(old, size);
            Sha256 oldRoot = naiveRoot(log.leaves.subList(0, old));
            assertThat(proof.holds(oldRoot, root)).isTrue();
            assertThat(proof.holds(flip(oldRoot), root)).isFalse();
            if (old > 0) {
                assertThat(proof.holds(oldRoot, flip(root))).isFalse();
            }
            for (List<Sha256> path : damaged(proof.path())) {
                assertThat(new ConsistencyProof(old, size, path).holds(oldRoot, root))
                        .as("%s to %s with a damaged proof", old, size)
                        .isFalse();
            }
        }
    }

    @Test
    void aLogThatWasRewrittenHasNoConsistencyProof() {
        Log honest = Log.ofSize(9);
        List<byte[]> contents = contents(12);
        contents.set(3, bytes("ff"));
        Log rewritten = Log.of(contents);
        ConsistencyProof proof = rewritten.tree().consistency(9, 12);
        assertThat(proof.holds(honest.edge.root(), rewritten.edge.root())).isFalse();
    }

    @Test
    void aProofThatCannotBeIsRefused() {
        MerkleTree tree = Log.ofSize(4).tree();
        assertThatThrownBy(() -> tree.inclusion(4, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.consistency(4, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RightEdge(3, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    /** A log in memory, grown leaf by leaf as the stored one is. */
    private static final class Log {
        private final List<Sha256> leaves = new ArrayList<>();
        private final Map<String, Sha256> subtrees = new HashMap<>();
        private RightEdge edge = RightEdge.EMPTY;

        static Log of(List<byte[]> contents) {
            Log log = new Log();
            contents.forEach(content -> log.append(TreeHash.leaf(content)));
            return log;
        }

        static Log ofSize(int size) {
            return of(contents(size));
        }

        private void append(Sha256 leaf) {
            RightEdge.Grown grown = edge.append(leaf);
            subtrees.put("0/" + leaves.size(), leaf);
            leaves.add(leaf);
            grown.completed().forEach(s -> subtrees.put(s.level() + "/" + s.index(), s.hash()));
            edge = grown.edge();
        }

        MerkleTree tree() {
            return new MerkleTree((level, index) -> {
                Sha256 hash = subtrees.get(level + "/" + index);
                assertThat(hash).as("subtree %s/%s", level, index).isNotNull();
                return hash;
            });
        }
    }

    /** The definition of the RFC, word by word. */
    private static Sha256 naiveRoot(List<Sha256> leaves) {
        if (leaves.isEmpty()) {
            return Sha256.of();
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = 1;
        while (k * 2 < leaves.size()) {
            k *= 2;
        }
        return TreeHash.node(naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, leaves.size())));
    }

    private static List<byte[]> contents(int size) {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            contents.add(("entry " + i).getBytes(StandardCharsets.UTF_8));
        }
        return contents;
    }

    private static List<List<Sha256>> damaged(List<Sha256> path) {
        List<List<Sha256>> all = new ArrayList<>();
        List<Sha256> longer = new ArrayList<>(path);
        longer.add(Sha256.of(bytes("01")));
        all.add(longer);
        for (int i = 0; i < path.size(); i++) {
            List<Sha256> flipped = new ArrayList<>(path);
            flipped.set(i, flip(path.get(i)));
            all.add(flipped);
            List<Sha256> shorter = new ArrayList<>(path);
            shorter.remove(i);
            all.add(shorter);
        }
        return all;
    }

    private static Sha256 flip(Sha256 hash) {
        byte[] bytes = hash.bytes();
        bytes[17] ^= 0x10;
        return Sha256.ofDigest(bytes);
    }

    private static List<String> hex(List<Sha256> hashes) {
        return hashes.stream().map(Sha256::hex).toList();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
