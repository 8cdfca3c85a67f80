package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The head of a ledger at one moment: a root of this size, and no other entries in its place, is what the signature on it
 * promises.
 *
 * @param origin name of the ledger, also the name of its key
 * @param size number of entries
 * @param root of the tree over them
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
public record Checkpoint(String origin, long size, Sha256 root) {

    private static final Pattern ORIGIN = Pattern.compile("lifeboat/[A-Za-z0-9._-]{1,100}");
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");

    /** Refuses what cannot be written down. */
    public Checkpoint {
        requireOrigin(origin);
        if (size < 0) {
            throw new IllegalArgumentException("a ledger has no negative size: " + size);
        }
    }

    /** Name of the ledger of this instance: {@code lifeboat/<instance>}. */
    public static String origin(String instance) {
        String origin = "lifeboat/" + instance;
        requireOrigin(origin);
        return origin;
    }

    /** The checkpoint as a signed note. */
    public String sign(SigningKey key) {
        return SignedNote.sign(text(), origin, key).format();
    }

    /** The text that is signed. */
    String text() {
        return origin + "\n" + size + "\n" + root.base64() + "\n";
    }

    /**
     * The checkpoint in a signed note, whoever signed it; {@link #open} is what verifies.
     *
     * @throws IllegalArgumentException when the note is malformed
     */
    static Checkpoint of(SignedNote note) {
        List<String> lines = note.text().lines().toList();
        if (lines.size() < 3 || lines.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a checkpoint has origin, size and root, and no empty line");
        }
        if (!SIZE.matcher(lines.get(1)).matches()) {
            throw new IllegalArgumentException("not the size of a ledger: " + lines.get(1));
        }
        Sha256 root = Sha256.ofDigest(Base64.getDecoder().decode(lines.get(2)));
        if (!root.base64().equals(lines.get(2))) {
            throw new IllegalArgumentException("not the base64 form of a root: " + lines.get(2));
        }
        return new Checkpoint(lines.get(0), Long.parseLong(lines.get(1)), root);
    }

    /**
     * The checkpoint in a note that this key signed under the checkpoint's own origin.
     *
     * @throws LedgerException with code {@code ledger.checkpoint-malformed} or {@code ledger.checkpoint-signature}
     */
    public static Checkpoint open(String note, VerificationKey key) {
        SignedNote signed;
        Checkpoint checkpoint;
        try {
            signed = SignedNote.parse(note);
            checkpoint = of(signed);
        } catch (IllegalArgumentException e) {
            throw new LedgerException(
                    LedgerFault.CHECKPOINT_MALFORMED.failure("a checkpoint of a Lifeboat ledger", e.getMessage()), e);
        }
        if (!signed.isSignedBy(checkpoint.origin, key)) {
            throw new LedgerException(
                    LedgerFault.CHECKPOINT_SIGNATURE.failure("a signature by key " + key.keyId(), "none that holds"));
        }
        return checkpoint;
    }

    private static void requireOrigin(String origin) {
        if (!ORIGIN.matcher(origin).matches()) {
            throw new IllegalArgumentException("a ledger is named lifeboat/<instance>, the instance by letters, digits,"
                    + " dots, dashes and underscores: " + origin);
        }
    }
}
