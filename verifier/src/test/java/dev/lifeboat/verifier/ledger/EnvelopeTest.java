package dev.lifeboat.verifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeTest {

    private static final SigningKey KEY = SampleLedger.fixedKey();
    private static final byte[] PAYLOAD =
            "{\"_type\":\"https://in-toto.io/Statement/v1\"}".getBytes(StandardCharsets.UTF_8);

    @Test
    void preAuthenticationIsThatOfTheSpecification() {
        assertThat(Envelope.preAuthentication(
                        "http://example.com/HelloWorld", "hello world".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world".getBytes(StandardCharsets.UTF_8));
    }

    /** From the test vectors of the DSSE project, whose key A is the fixed key here. */
    @ParameterizedTest
    @CsvSource({
        "application/vnd.in-toto+json, eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==,"
                + " 445353457631203238206170706c69636174696f6e2f766e642e696e2d746f746f2b6a736f6e203433207b225f74797065223a2268747470733a2f2f696e2d746f746f2e696f2f53746174656d656e742f7631227d,"
                + " 2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA==",
        "application/vnd.exämple+json, eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==,"
                + " 445353457631203239206170706c69636174696f6e2f766e642e6578c3a46d706c652b6a736f6e203433207b225f74797065223a2268747470733a2f2f696e2d746f746f2e696f2f53746174656d656e742f7631227d,"
                + " xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw==",
        "application/vnd.in-toto+json, '',"
                + " 445353457631203238206170706c69636174696f6e2f766e642e696e2d746f746f2b6a736f6e203020,"
                + " gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg==",
    })
    void signaturesAreThoseOfTheVectors(String type, String payload, String preAuthentication, String signature) {
        byte[] bytes = Base64.getDecoder().decode(payload);
        assertThat(HexFormat.of().formatHex(Envelope.preAuthentication(type, bytes)))
                .isEqualTo(preAuthentication);
        Envelope envelope = Envelope.sign(type, bytes, KEY);
        assertThat(new String(envelope.bytes(), StandardCharsets.UTF_8)).contains("\"sig\":\"" + signature + "\"");
        assertThat(envelope.isSignedBy(KEY.verificationKey())).isTrue();
    }

    @Test
    void whatWasSignedIsReadBackByteByByte() {
        Envelope signed = Envelope.sign(Envelope.IN_TOTO, PAYLOAD, KEY);
        Envelope read = Envelope.parse(signed.bytes());
        assertThat(read.payload()).isEqualTo(PAYLOAD);
        assertThat(read.bytes()).isEqualTo(signed.bytes());
        assertThat(read.digest()).isEqualTo(Sha256.of(signed.bytes()));
        assertThat(read.leafHash()).isEqualTo(Sha256.of(new byte[] {0}, signed.bytes()));
        assertThat(new String(read.bytes(), StandardCharsets.UTF_8))
                .contains("\"keyid\":\"" + KEY.verificationKey().keyId() + "\"")
                .doesNotContain("\n");
    }

    @Test
    void anotherKeyDidNotSignIt() {
        Envelope signed = Envelope.sign(Envelope.IN_TOTO, PAYLOAD, KEY);
        assertThat(signed.isSignedBy(SigningKey.generate().verificationKey())).isFalse();
    }

    @Test
    void aSignatureForOneTypeIsNoneForAnother() {
        String text = new String(Envelope.sign(Envelope.IN_TOTO, PAYLOAD, KEY).bytes(), StandardCharsets.UTF_8);
        Envelope other =
                Envelope.parse(text.replace("in-toto+json", "other+json").getBytes(StandardCharsets.UTF_8));
        assertThat(other.isSignedBy(KEY.verificationKey())).isFalse();
    }

    static List<String> spellings() {
        String text = new String(Envelope.sign(Envelope.IN_TOTO, PAYLOAD, KEY).bytes(), StandardCharsets.UTF_8);
        return List.of(
                "",
                "null",
                "[]",
                "{}",
                text + " ",
                text + "{}",
                text.replace("\",\"", "\", \""),
                text.replace("{\"payload\"", "{\"more\":1,\"payload\""),
                text.replace("{\"payload\"", "{\"payload\":\"\",\"payload\""),
                text.replace("==\"", "\""),
                text.replace("application/", "application\\/"),
                text.replace("\"signatures\":[", "\"signatures\":[null,"),
                text.replaceAll("\"signatures\":.*", "\"signatures\":[]}"),
                text.replace("\"sig\":\"", "\"sig\":\"*"));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void anotherSpellingIsNoEntry(String text) {
        assertThatThrownBy(() -> Envelope.parse(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
