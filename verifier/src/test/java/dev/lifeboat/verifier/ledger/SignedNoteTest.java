package dev.lifeboat.verifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.verifier.ledger.merkle.Sha256;
import dev.lifeboat.verifier.ledger.merkle.TreeHash;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {

    private static final SigningKey KEY = SampleLedger.fixedKey();

    /** The published example of the format and its key. */
    private static final String PUBLISHED =
            """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
            """;

    private static final String PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    @Test
    void thePublishedNoteHolds() throws GeneralSecurityException {
        byte[] typed = Base64.getDecoder().decode(PUBLISHED_KEY.substring(PUBLISHED_KEY.lastIndexOf('+') + 1));
        VerificationKey key = VerificationKey.fromRaw(Arrays.copyOfRange(typed, 1, typed.length));
        SignedNote note = SignedNote.parse(PUBLISHED);
        assertThat(key.noteKey("PeterNeumann")).isEqualTo(PUBLISHED_KEY);
        assertThat(note.isSignedBy("PeterNeumann", key)).isTrue();
        assertThat(note.isSignedBy("Somebody", key)).isFalse();
        assertThat(note.format()).isEqualTo(PUBLISHED);
        assertThat(SignedNote.parse(PUBLISHED.replace("answer", "Answer")).isSignedBy("PeterNeumann", key))
                .isFalse();
    }

    @Test
    void textMayHaveEmptyLinesAndOtherSignatures() {
        SignedNote ours = SignedNote.sign("one\n\ntwo\n", "lifeboat/a", KEY);
        SignedNote both = SignedNote.parse(ours.format() + "— witness.example/w AAAAAAECAwQ=\n");
        assertThat(both.text()).isEqualTo("one\n\ntwo\n");
        assertThat(both.signatures()).hasSize(2);
        assertThat(both.isSignedBy("lifeboat/a", KEY.verificationKey())).isTrue();
    }

    @Test
    void aWrongSignatureOfAKnownKeySpoilsTheNote() {
        String ours = SignedNote.sign("one\n", "lifeboat/a", KEY).format();
        String other = SignedNote.sign("two\n", "lifeboat/a", KEY).format();
        SignedNote spoiled = SignedNote.parse(ours + other.substring(other.indexOf('—')));
        assertThat(spoiled.isSignedBy("lifeboat/a", KEY.verificationKey())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text\n",
                "text\n\n",
                "text\n\n— name AAAAAAECAwQ=",
                "text\n\n- name AAAAAAECAwQ=\n",
                "text\n\n—name AAAAAAECAwQ=\n",
                "text\n\n— a+b AAAAAAECAwQ=\n",
                "text\n\n— name AAAA\n",
                "text\n\n— name ****\n",
                "te\txt\n\n— name AAAAAAECAwQ=\n",
                "text\n\n— na me AAAAAAECAwQ=\n",
            })
    void whatIsNoNoteIsRefused(String note) {
        assertThatThrownBy(() -> SignedNote.parse(note)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCheckpointIsReadBack() {
        Checkpoint checkpoint = new Checkpoint(Checkpoint.origin("a"), 7, TreeHash.leaf(new byte[] {7}));
        String note = checkpoint.sign(KEY);
        assertThat(note).startsWith("lifeboat/a\n7\n" + checkpoint.root().base64() + "\n\n— lifeboat/a ");
        assertThat(Checkpoint.open(note, KEY.verificationKey())).isEqualTo(checkpoint);
    }

    static List<String> malformed() {
        String root = Sha256.of().base64();
        return List.of(
                "lifeboat/a\n1\n",
                "lifeboat/a\n01\n" + root + "\n",
                "lifeboat/a\n-1\n" + root + "\n",
                "lifeboat/a\n+1\n" + root + "\n",
                "lifeboat/a\n99999999999999999999\n" + root + "\n",
                "lifeboat/a\n1\nAAAA\n",
                "lifeboat/a\n1\n" + root.replace("U=", "V=") + "\n",
                "lifeboat/a\n1\n\n" + root + "\n",
                "lifeboat/a b\n1\n" + root + "\n");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsNoCheckpointIsRefusedAlthoughItIsSigned(String text) {
        String note = SignedNote.sign(text, "lifeboat/a", KEY).format();
        assertThatThrownBy(() -> Checkpoint.open(note, KEY.verificationKey()))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("ledger.checkpoint-malformed");
    }

    @Test
    void aCheckpointOfAnotherNameOrKeyIsRefused() {
        String text = "lifeboat/a\n0\n" + Sha256.of().base64() + "\n";
        List<String> forged = List.of(
                SignedNote.sign(text, "lifeboat/b", KEY).format(),
                SignedNote.sign(text, "lifeboat/a", SigningKey.generate()).format(),
                SignedNote.sign(text, "lifeboat/a", KEY).format().replace("\n0\n", "\n1\n"));
        for (String note : forged) {
            assertThatThrownBy(() -> Checkpoint.open(note, KEY.verificationKey()))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageStartingWith("ledger.checkpoint-signature");
        }
    }
}
