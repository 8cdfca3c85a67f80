package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The public half of the ledger's Ed25519 key: all that is needed to verify what it signed. */
public final class VerificationKey {

    /** Length of a raw Ed25519 public key (RFC 8032), which SubjectPublicKeyInfo ends with. */
    private static final int RAW_LENGTH = 32;

    /** What SubjectPublicKeyInfo puts before the raw key (RFC 8410, section 4). */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PublicKey key;
    private final byte[] spki;

    private VerificationKey(byte[] spki) throws GeneralSecurityException {
        if (spki.length != SPKI_PREFIX.length + RAW_LENGTH
                || !Arrays.equals(SPKI_PREFIX, Arrays.copyOf(spki, SPKI_PREFIX.length))) {
            throw new GeneralSecurityException("not the SubjectPublicKeyInfo of an Ed25519 key");
        }
        this.spki = spki;
        this.key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
    }

    /**
     * From a PEM block {@code PUBLIC KEY}; what stands around it is left out.
     *
     * @throws GeneralSecurityException when there is no such block or it holds no Ed25519 key
     */
    public static VerificationKey fromPem(String pem) throws GeneralSecurityException {
        return new VerificationKey(Pem.block(pem, "PUBLIC KEY")
                .orElseThrow(() -> new GeneralSecurityException("no PEM block PUBLIC KEY")));
    }

    /**
     * From the DER bytes of a SubjectPublicKeyInfo.
     *
     * @throws GeneralSecurityException when they hold no Ed25519 key
     */
    public static VerificationKey fromSpki(byte[] spki) throws GeneralSecurityException {
        return new VerificationKey(spki.clone());
    }

    /**
     * From the 32 bytes of RFC 8032.
     *
     * @throws GeneralSecurityException when they are no point on the curve
     */
    public static VerificationKey fromRaw(byte[] raw) throws GeneralSecurityException {
        byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + raw.length);
        System.arraycopy(raw, 0, spki, SPKI_PREFIX.length, raw.length);
        return new VerificationKey(spki);
    }

    /** sha256 of the SubjectPublicKeyInfo, hexadecimal: what an envelope names its signer by. */
    public String keyId() {
        return Sha256.of(spki).hex();
    }

    /** PEM block {@code PUBLIC KEY}, as OpenSSL reads it. */
    public String pem() {
        return Pem.encode("PUBLIC KEY", spki);
    }

    /** The key as {@code name+keyid+key}, the form in which tools for signed notes take it. */
    public String noteKey(String name) {
        byte[] typed = new byte[1 + RAW_LENGTH];
        typed[0] = SignedNote.ED25519;
        System.arraycopy(raw(), 0, typed, 1, RAW_LENGTH);
        return name + "+" + SignedNote.keyId(name, this) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    /** The 32 bytes of RFC 8032. */
    byte[] raw() {
        return Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length);
    }

    /** Whether the signature over the message is this key's. */
    public boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // not even the shape of a signature
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no Ed25519", e);
        }
    }
}
