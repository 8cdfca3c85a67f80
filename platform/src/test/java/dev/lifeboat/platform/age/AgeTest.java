package dev.lifeboat.platform.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lifeboat.platform.secrets.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgeTest {
    private static final int CHUNK = 64 * 1024;
    private static final Secret PASSPHRASE = Secret.of("correct horse ü battery");

    private final AgeIdentity ours = AgeIdentity.generate();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK + 17})
    void whatWasSealedOpensAsItWas(int length) throws IOException {
        byte[] plain = random(length);

        byte[] sealed = sealed(plain, ours);

        assertThat(opened(sealed, ours)).isEqualTo(plain);
        assertThat(sealed).startsWith("age-encryption.org/v1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void whatAgeSealedOpens() throws IOException {
        AgeIdentity theirs = IdentityFile.open(resource("identity-by-openssl-3.0.enc"), PASSPHRASE);

        assertThat(opened(resource("sealed-by-age-1.1.1.age"), theirs))
                .asString()
                .isEqualTo("written by age 1.1.1\n");
        assertThat(theirs.toString()).doesNotContain("SECRET-KEY");
    }

    /** The stock programs, as recover-by-hand.md uses them. */
    @Test
    void ageAndOpensslOpenWhatWeSealed(@TempDir Path folder) throws Exception {
        assumeThat(isInstalled("age") && isInstalled("openssl"))
                .as("age and openssl are installed")
                .isTrue();
        byte[] plain = random(2 * CHUNK + 5);
        Files.write(folder.resolve("sealed.age"), sealed(plain, ours));
        Files.write(folder.resolve("identity.txt.enc"), IdentityFile.seal(ours, Instant.EPOCH, PASSPHRASE));

        ProcessBuilder script = new ProcessBuilder(
                        "sh",
                        "-e",
                        "-c",
                        "openssl enc -d -aes-256-cbc -md sha256 -pbkdf2 -iter 100000 -pass env:PASSPHRASE"
                                + " -in identity.txt.enc -out identity.txt; age -d -i identity.txt -o plain sealed.age")
                .directory(folder.toFile())
                .inheritIO();
        script.environment().put("PASSPHRASE", PASSPHRASE.reveal());

        assertThat(script.start().waitFor()).isZero();
        assertThat(folder.resolve("plain")).hasBinaryContent(plain);
    }

    @Test
    void anotherIdentityOpensNothing() throws IOException {
        byte[] sealed = sealed(random(100), ours);

        assertThatThrownBy(() -> opened(sealed, AgeIdentity.generate())).isInstanceOf(Age.NotForUs.class);
    }

    @Test
    void anotherPassphraseOpensNothing() {
        byte[] sealed = IdentityFile.seal(ours, Instant.EPOCH, PASSPHRASE);

        assertThatThrownBy(() -> IdentityFile.open(sealed, Secret.of("another")))
                .isInstanceOf(Age.NotForUs.class);
        assertThatThrownBy(() ->
                        IdentityFile.open("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII), PASSPHRASE))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Age.NotForUs.class);
    }

    /** A byte anywhere, in header, nonce, chunks and tags, and an end anywhere. */
    @Test
    void nothingThatWasAlteredOrCutPasses() throws IOException {
        byte[] plain = random(2 * CHUNK);
        byte[] sealed = sealed(plain, ours);
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            int at = i < 30 ? random.nextInt(220) : random.nextInt(sealed.length);
            byte[] altered = sealed.clone();
            altered[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> opened(altered, ours)).as("byte %d", at).isInstanceOf(IOException.class);
            byte[] cut = Arrays.copyOf(sealed, at);
            assertThatThrownBy(() -> opened(cut, ours)).as("cut at %d", at).isInstanceOf(IOException.class);
        }
        byte[] chunkMissing = Arrays.copyOf(sealed, sealed.length - CHUNK - 16);
        assertThatThrownBy(() -> opened(chunkMissing, ours)).isInstanceOf(IOException.class);
        byte[] more = Arrays.copyOf(sealed, sealed.length + 1);
        assertThatThrownBy(() -> opened(more, ours)).isInstanceOf(IOException.class);
    }

    private static byte[] sealed(byte[] plain, AgeIdentity identity) throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = Age.seal(sealed, identity.recipient())) {
            out.write(plain);
        }
        return sealed.toByteArray();
    }

    private static byte[] opened(byte[] sealed, AgeIdentity identity) throws IOException {
        try (InputStream in = Age.open(new ByteArrayInputStream(sealed), identity)) {
            return in.readAllBytes();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = AgeTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
