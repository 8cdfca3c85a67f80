package dev.lifeboat.verifier.ledger;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import dev.lifeboat.verifier.ledger.merkle.TreeHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A DSSE envelope: payload bytes with their type and signature, in the one JSON form that this ledger writes (no white
 * space, properties in this order, standard base64). That form is what is hashed, so another spelling of the same content
 * is another entry and is refused.
 *
 * @see <a href="https://github.com/secure-systems-lab/dsse">DSSE: protocol.md, envelope.md</a>
 */
public final class Envelope {

    /** Payload type of an in-toto statement. */
    public static final String IN_TOTO = "application/vnd.in-toto+json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final byte[] bytes;
    private final Json json;
    private final byte[] payload;

    private Envelope(byte[] bytes, Json json, byte[] payload) {
        this.bytes = bytes;
        this.json = json;
        this.payload = payload;
    }

    @JsonPropertyOrder({"payload", "payloadType", "signatures"})
    private record Json(String payload, String payloadType, List<JsonSignature> signatures) {}

    @JsonPropertyOrder({"keyid", "sig"})
    private record JsonSignature(String keyid, String sig) {}

    /** Signs these payload bytes. */
    public static Envelope sign(String payloadType, byte[] payload, SigningKey key) {
        byte[] signature = key.sign(preAuthentication(payloadType, payload));
        Base64.Encoder base64 = Base64.getEncoder();
        Json json = new Json(
                base64.encodeToString(payload),
                payloadType,
                List.of(new JsonSignature(key.verificationKey().keyId(), base64.encodeToString(signature))));
        return new Envelope(write(json), json, payload.clone());
    }

    /**
     * An envelope from the bytes that were stored or exported. Nothing is verified yet.
     *
     * @throws IllegalArgumentException when they are not an envelope in the form that {@link #sign} gives
     */
    public static Envelope parse(byte[] bytes) {
        Json json;
        try {
            json = MAPPER.readValue(bytes, Json.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a DSSE envelope: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a DSSE envelope: " + e.getMessage(), e);
        }
        if (json == null
                || json.payload == null
                || json.payloadType == null
                || json.signatures == null
                || json.signatures.isEmpty()
                || json.signatures.stream().anyMatch(s -> s == null || s.keyid == null || s.sig == null)) {
            throw new IllegalArgumentException("not a DSSE envelope: payload, payloadType or signatures are missing");
        }
        byte[] payload = Base64.getDecoder().decode(json.payload);
        Json canonical = new Json(
                Base64.getEncoder().encodeToString(payload),
                json.payloadType,
                json.signatures.stream()
                        .map(s -> new JsonSignature(
                                s.keyid,
                                Base64.getEncoder()
                                        .encodeToString(Base64.getDecoder().decode(s.sig))))
                        .toList());
        if (!Arrays.equals(bytes, write(canonical))) {
            throw new IllegalArgumentException("the envelope is not in the form in which this ledger writes it");
        }
        return new Envelope(bytes.clone(), canonical, payload);
    }

    /** The bytes that DSSE signs: {@code DSSEv1 LEN(type) type LEN(payload) payload}, lengths in bytes. */
    static byte[] preAuthentication(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(type.length + payload.length + 32);
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** Whether one of the signatures is this key's: it is named by the key's id, and it holds. */
    public boolean isSignedBy(VerificationKey key) {
        byte[] signed = preAuthentication(json.payloadType, payload);
        return json.signatures.stream()
                .filter(signature -> signature.keyid.equals(key.keyId()))
                .anyMatch(signature -> key.verifies(signed, Base64.getDecoder().decode(signature.sig)));
    }

    /** The envelope as it is stored: one line of JSON. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The payload, byte by byte as it was signed. */
    public byte[] payload() {
        return payload.clone();
    }

    /** What the payload is. */
    public String payloadType() {
        return json.payloadType;
    }

    /** Digest of the envelope's bytes: what the next entry names as its predecessor. */
    public Sha256 digest() {
        return Sha256.of(bytes);
    }

    /** Hash of the envelope's bytes as a leaf of the tree. */
    public Sha256 leafHash() {
        return TreeHash.leaf(bytes);
    }

    private static byte[] write(Json json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an envelope is made of strings", e);
        }
    }
}
