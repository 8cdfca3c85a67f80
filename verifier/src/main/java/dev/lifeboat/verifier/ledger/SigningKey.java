package dev.lifeboat.verifier.ledger;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/** The ledger's Ed25519 key (RFC 8032). Signatures are deterministic: the same bytes are always signed the same way. */
public final class SigningKey {

    private final PrivateKey privateKey;
    private final VerificationKey verificationKey;

    private SigningKey(PrivateKey privateKey, VerificationKey verificationKey) {
        this.privateKey = privateKey;
        this.verificationKey = verificationKey;
    }

    /** A new key. */
    public static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(
                    pair.getPrivate(), VerificationKey.fromSpki(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no Ed25519", e);
        }
    }

    /**
     * A key from its PKCS#8 bytes and its public half.
     *
     * @throws GeneralSecurityException when it is no Ed25519 key or the halves do not belong together
     */
    static SigningKey of(byte[] pkcs8, VerificationKey verificationKey) throws GeneralSecurityException {
        PrivateKey privateKey = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        SigningKey key = new SigningKey(privateKey, verificationKey);
        byte[] probe = {1};
        if (!verificationKey.verifies(probe, key.sign(probe))) {
            throw new GeneralSecurityException("the public key does not belong to the private key");
        }
        return key;
    }

    /** The 64 bytes of the signature over the message. */
    byte[] sign(byte[] message) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(privateKey);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was checked when it was read does not sign", e);
        }
    }

    /** The public half. */
    public VerificationKey verificationKey() {
        return verificationKey;
    }

    byte[] pkcs8() {
        return privateKey.getEncoded();
    }
}
