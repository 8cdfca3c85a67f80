package dev.lifeboat.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifeboat.schemas.fleet.SecretRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretReferencesTest {
    @TempDir
    Path temp;

    private Path folder;
    private SecretReferences references;

    @BeforeEach
    void secrets() throws IOException {
        folder = Files.createDirectory(temp.resolve("secrets"));
        references = new SecretReferences(
                Map.of(
                        "LIFEBOAT_SECRET_SHOP",
                        "pässword with spaces",
                        "LIFEBOAT_SECRET_EMPTY",
                        "",
                        "LIFEBOAT_DB_PASSWORD",
                        "our own",
                        "PATH",
                        "/bin")::get,
                folder);
    }

    @Test
    void resolvesAnEnvironmentVariableOfTheAllowList() {
        assertThat(references.resolve(SecretRef.ofEnv("LIFEBOAT_SECRET_SHOP")).reveal())
                .isEqualTo("pässword with spaces");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LIFEBOAT_DB_PASSWORD",
                "PATH",
                "lifeboat_secret_shop",
                "LIFEBOAT_SECRET_",
                "LIFEBOAT_SECRET_A B",
                "XLIFEBOAT_SECRET_SHOP",
                "LIFEBOAT_SECRET_SHOP\n",
                ""
            })
    void refusesEveryOtherEnvironmentVariable(String name) {
        assertThat(codeOf(SecretRef.ofEnv(name))).isEqualTo("secret.outside-allow-list");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside",
                "/etc/passwd",
                "a/b",
                ".",
                "..",
                ".hidden",
                "a\\..\\b/c",
                "-rf",
                "name\u0000",
                "name\n",
                "",
                "ünï"
            })
    void refusesEverythingThatIsNoPlainFileName(String name) throws IOException {
        Files.writeString(temp.resolve("outside"), "our own");

        assertThat(codeOf(SecretRef.ofFile(name))).isEqualTo("secret.outside-allow-list");
    }

    @ParameterizedTest
    @CsvSource({"'s3cret\n', s3cret", "'s3cret\r\n', s3cret", "s3cret, s3cret", "'two\nlines\n', 'two\nlines'"})
    void readsAFileWithoutTheLineEndAtItsEnd(String content, String secret) throws IOException {
        Files.writeString(folder.resolve("east-key"), content);

        assertThat(references.resolve(SecretRef.ofFile("east-key")).reveal()).isEqualTo(secret);
    }

    @Test
    void doesNotFollowASymbolicLinkEvenInsideTheFolder() throws IOException {
        Path real = Files.writeString(folder.resolve("real"), "value");
        Files.createSymbolicLink(folder.resolve("link"), real);
        Files.createSymbolicLink(folder.resolve("out"), Path.of("/etc/passwd"));

        assertThat(codeOf(SecretRef.ofFile("link"))).isEqualTo("secret.not-a-plain-file");
        assertThat(codeOf(SecretRef.ofFile("out"))).isEqualTo("secret.not-a-plain-file");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        Files.createDirectory(folder.resolve("folder"));
        Files.writeString(folder.resolve("empty"), "\n");
        Files.write(folder.resolve("large"), new byte[SecretReferences.MAX_BYTES + 1]);
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Files.write(folder.resolve("nul"), "a\0b".getBytes(StandardCharsets.UTF_8));

        assertThat(codeOf(SecretRef.ofFile("folder"))).isEqualTo("secret.not-a-plain-file");
        assertThat(codeOf(SecretRef.ofFile("empty"))).isEqualTo("secret.empty");
        assertThat(codeOf(SecretRef.ofFile("large"))).isEqualTo("secret.too-large");
        assertThat(codeOf(SecretRef.ofFile("binary"))).isEqualTo("secret.not-text");
        assertThat(codeOf(SecretRef.ofFile("nul"))).isEqualTo("secret.not-text");
        assertThat(codeOf(SecretRef.ofFile("missing"))).isEqualTo("secret.not-found");
        assertThat(codeOf(SecretRef.ofEnv("LIFEBOAT_SECRET_MISSING"))).isEqualTo("secret.not-found");
        assertThat(codeOf(SecretRef.ofEnv("LIFEBOAT_SECRET_EMPTY"))).isEqualTo("secret.empty");
    }

    @Test
    void wantsExactlyOneOfTheTwo() {
        assertThat(codeOf(new SecretRef(null, null))).isEqualTo("secret.reference-malformed");
        assertThat(codeOf(new SecretRef("LIFEBOAT_SECRET_SHOP", "file"))).isEqualTo("secret.reference-malformed");
    }

    private String codeOf(SecretRef reference) {
        return catchThrowableOfType(SecretException.class, () -> references.resolve(reference))
                .failure()
                .code();
    }
}
