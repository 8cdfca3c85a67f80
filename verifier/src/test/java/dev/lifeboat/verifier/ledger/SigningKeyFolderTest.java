package dev.lifeboat.verifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyFolderTest {

    @TempDir
    private Path temp;

    @Test
    void theFirstStartMakesAKeyAndTheNextOnesUseIt() throws Exception {
        Path folder = temp.resolve("keys/ledger");
        SigningKey made = new SigningKeyFolder(folder).open();
        SigningKey read = new SigningKeyFolder(folder).open();
        assertThat(read.verificationKey().keyId())
                .isEqualTo(made.verificationKey().keyId());
        assertThat(read.sign(new byte[] {1})).isEqualTo(made.sign(new byte[] {1}));
        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve(SigningKeyFolder.PRIVATE))).isEqualTo("rw-------");
        assertThat(VerificationKey.fromPem(Files.readString(folder.resolve(SigningKeyFolder.PUBLIC)))
                        .keyId())
                .isEqualTo(made.verificationKey().keyId());
        assertThat(files(folder)).containsExactlyInAnyOrder(SigningKeyFolder.PRIVATE, SigningKeyFolder.PUBLIC);
    }

    @Test
    void instancesThatStartAtOnceEndUpWithOneKey() throws Exception {
        int instances = 8;
        Callable<String> start = () -> new SigningKeyFolder(temp.resolve("shared"))
                .open()
                .verificationKey()
                .keyId();
        List<Future<String>> keyIds = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(instances)) {
            for (int i = 0; i < instances; i++) {
                keyIds.add(threads.submit(start));
            }
        }
        Set<String> different = new HashSet<>();
        for (Future<String> keyId : keyIds) {
            different.add(keyId.get());
        }
        assertThat(different).hasSize(1);
        assertThat(files(temp.resolve("shared")))
                .containsExactlyInAnyOrder(SigningKeyFolder.PRIVATE, SigningKeyFolder.PUBLIC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void aKeyThatOthersCanReachIsRefused(String mode) throws IOException {
        new SigningKeyFolder(temp).open();
        Path file = temp.resolve(SigningKeyFolder.PRIVATE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        refused("ledger.key-readable-by-others", mode);
    }

    @Test
    void aLostPublicKeyIsWrittenAgain() throws IOException {
        SigningKey key = new SigningKeyFolder(temp).open();
        Files.delete(temp.resolve(SigningKeyFolder.PUBLIC));
        new SigningKeyFolder(temp).open();
        assertThat(Files.readString(temp.resolve(SigningKeyFolder.PUBLIC)))
                .isEqualTo(key.verificationKey().pem());
    }

    @Test
    void aReplacedPublicKeyIsRefused() throws IOException {
        new SigningKeyFolder(temp).open();
        Files.writeString(
                temp.resolve(SigningKeyFolder.PUBLIC),
                SigningKey.generate().verificationKey().pem());
        refused("ledger.public-key-differs", "remove the file");
    }

    @Test
    void aKeyThatSomebodyBroughtIsUsedWithItsPublicHalf() throws IOException {
        SigningKey brought = SigningKey.generate();
        privateFile(Pem.encode("PRIVATE KEY", brought.pkcs8()));
        refused("ledger.public-key-missing", "openssl pkey");
        Files.writeString(
                temp.resolve(SigningKeyFolder.PUBLIC), brought.verificationKey().pem());
        assertThat(new SigningKeyFolder(temp).open().verificationKey().keyId())
                .isEqualTo(brought.verificationKey().keyId());
    }

    @Test
    void halvesThatDoNotBelongTogetherAreRefused() throws IOException {
        privateFile(Pem.encode("PRIVATE KEY", SigningKey.generate().pkcs8())
                + SigningKey.generate().verificationKey().pem());
        refused("ledger.key-unreadable", "does not belong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "-----BEGIN PRIVATE KEY-----\n****\n-----END PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
            })
    void whatIsNoKeyIsRefusedAndNotReplaced(String text) throws IOException {
        privateFile(text);
        refused("ledger.key-unreadable", "no PEM block PRIVATE KEY");
        assertThat(temp.resolve(SigningKeyFolder.PRIVATE)).hasContent(text);
    }

    private void refused(String code, String detail) {
        assertThatThrownBy(() -> new SigningKeyFolder(temp).open())
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith(code + ":")
                .hasMessageContaining(detail)
                .hasMessageNotContaining("BEGIN");
    }

    private void privateFile(String text) throws IOException {
        Path file = temp.resolve(SigningKeyFolder.PRIVATE);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
