package dev.lifeboat.platform.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on S3Proxy over TLS, and everything that can stand in the way of an S3 store. */
class S3ObjectStoreIT extends ObjectStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final PartSizes SMALL = new PartSizes(List.of(new PartSizes.Step(3, PART)));

    @TempDir
    static Path folder;

    private static S3Endpoint s3;
    private static ObjectStore store;

    @BeforeAll
    static void start() {
        s3 = new S3Endpoint(new S3Endpoint.Spec(
                "s3", "east", folder.toAbsolutePath().resolve("s3"), Ports.free(), "bucket", "access", "s3cret-key"));
        s3.start(Lifetime.OF_THIS_JVM);
        store = open(settings());
    }

    @AfterAll
    static void stop() {
        store.close();
        s3.kill();
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Test
    void keysLieBelowThePrefix() {
        var settings = settings();
        try (ObjectStore below = open(new S3Settings(
                settings.endpoint(),
                settings.region(),
                settings.bucket(),
                "lifeboat/ünï/",
                settings.accessKey(),
                settings.secretKey(),
                settings.caFile(),
                true))) {
            StoredObject stored = below.put("object", bytes(3), PutCondition.IF_ABSENT, Map.of());

            assertThat(stored.storedAt()).isEqualTo(NOW);
            assertThat(store.head("lifeboat/ünï/object")).isPresent();
            assertThat(below.list("", Optional.empty()).map(ObjectInfo::key)).containsExactly("object");
        }
    }

    @Test
    void whatIsSealedLiesThereForNobodyElse() throws IOException {
        byte[] plain = bytes(PART);
        String key = "clusters/shop/01/wal/one.zst.age";
        try (ObjectStore sealed = sealed("passphrase", Optional.of("secret words"));
                ObjectStore again = sealed("passphrase", Optional.of("secret words"))) {
            StoredObject stored = sealed.put(key, plain, PutCondition.IF_ABSENT, Map.of("about", "it"));
            sealed.put("clusters/shop/01/cluster.json", bytes(3), PutCondition.NONE, Map.of());

            assertThat(sealed.sealing()).isEqualTo(".age");
            assertThat(store.head("passphrase/" + key).orElseThrow().metadata()).containsEntry("about", "it");
            try (InputStream in = store.get("passphrase/" + key, Optional.of(stored.sha256()))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                        .startsWith("age-encryption.org/v1\n-> X25519 ");
            }
            try (InputStream in = again.get(key, Optional.of(stored.sha256()))) {
                assertThat(in.readAllBytes()).isEqualTo(plain);
            }
            assertThat(codeOf(() -> again.put(key, plain, PutCondition.IF_ABSENT, Map.of())))
                    .isEqualTo("store.precondition-failed");
            try (InputStream in = store.get("passphrase/clusters/shop/01/cluster.json", Optional.empty())) {
                assertThat(in.readAllBytes()).isEqualTo(bytes(3));
            }
            assertThat(again.list("clusters/shop/01/identity", Optional.empty()))
                    .hasSize(1);
        }
    }

    @Test
    void whatCannotBeOpenedIsToldFromWhatWasAltered() throws IOException {
        String key = "clusters/shop/01/one.age";
        try (ObjectStore sealed = sealed("opened", Optional.of("secret words"));
                ObjectStore wrong = sealed("opened", Optional.of("other words"));
                ObjectStore without = sealed("opened", Optional.empty())) {
            StoredObject stored = sealed.put(key, bytes(100_000), PutCondition.NONE, Map.of());

            assertThat(codeOf(() -> read(wrong, key, Optional.empty()))).isEqualTo("encryption.passphrase-wrong");
            assertThat(codeOf(() -> wrong.upload(key, PutCondition.NONE, Map.of())))
                    .isEqualTo("encryption.passphrase-wrong");
            assertThat(codeOf(() -> read(without, key, Optional.empty()))).isEqualTo("encryption.passphrase-missing");

            // Sealed for another cluster.
            sealed.put("clusters/other/02/one.age", bytes(10), PutCondition.NONE, Map.of());
            sealed.copy("clusters/other/02/one.age", "clusters/shop/01/foreign.age");
            assertThat(codeOf(() -> read(sealed, "clusters/shop/01/foreign.age", Optional.empty())))
                    .isEqualTo("encryption.identity-differs");

            byte[] altered;
            try (InputStream in = store.get("opened/" + key, Optional.empty())) {
                altered = in.readAllBytes();
            }
            altered[altered.length / 2] ^= 1;
            store.put("opened/" + key, altered, PutCondition.NONE, Map.of());
            assertThat(codeOf(() -> read(sealed, key, Optional.of(stored.sha256()))))
                    .isEqualTo("store.digest-mismatch");
            assertThatThrownBy(() -> read(sealed, key, Optional.empty())).isInstanceOf(IOException.class);

            store.delete(List.of("opened/clusters/shop/01/" + SealingKeys.NAME));
            try (ObjectStore later = sealed("opened", Optional.of("secret words"))) {
                assertThat(codeOf(() -> read(later, key, Optional.empty()))).isEqualTo("encryption.identity-missing");
            }
        }
    }

    private static byte[] read(ObjectStore from, String key, Optional<String> digest) throws IOException {
        try (InputStream in = from.get(key, digest)) {
            return in.readAllBytes();
        }
    }

    /** As another process would open it: with keys of its own. */
    private static ObjectStore sealed(String prefix, Optional<String> passphrase) {
        S3Settings all = settings();
        return new SealedStore(
                open(new S3Settings(
                        all.endpoint(),
                        all.region(),
                        all.bucket(),
                        prefix + "/",
                        all.accessKey(),
                        all.secretKey(),
                        all.caFile(),
                        true)),
                prefix,
                new SealingKeys(Clock.systemUTC()),
                passphrase.map(words -> () -> Secret.of(words)));
    }

    @Test
    void aMissingBucketIsNeverAMissingObject() {
        try (ObjectStore other = open(with("no-such-bucket", "access", "s3cret-key", Optional.of(s3.caFile())))) {
            assertThat(codeOf(() -> other.head("object"))).isEqualTo("store.bucket-missing");
            assertThat(codeOf(() -> other.get("object", Optional.empty()))).isEqualTo("store.bucket-missing");
            assertThat(codeOf(() -> other.list("", Optional.empty()).toList())).isEqualTo("store.bucket-missing");
            assertThat(codeOf(() -> other.put("object", bytes(1), PutCondition.NONE, Map.of())))
                    .isEqualTo("store.bucket-missing");
            assertThat(codeOf(other::requireReachable)).isEqualTo("store.bucket-missing");
        }
    }

    @Test
    void aWrongKeyIsSaidToBeOne() {
        for (List<String> wrong : List.of(List.of("nobody", "s3cret-key"), List.of("access", "wrong-secret"))) {
            try (ObjectStore other = open(with("bucket", wrong.get(0), wrong.get(1), Optional.of(s3.caFile())))) {
                StoreException thrown = catchThrowableOfType(StoreException.class, other::requireReachable);
                assertThat(thrown.fault().code()).isEqualTo("store.credentials-wrong");
                assertThat(thrown.fault().retryable()).isFalse();
                assertThat(thrown).hasMessageNotContaining("wrong-secret");
            }
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsSaidToBeOne() throws IOException {
        try (ObjectStore other = open(with("bucket", "access", "s3cret-key", Optional.empty()))) {
            assertThat(codeOf(other::requireReachable)).isEqualTo("store.certificate-untrusted");
        }
        Path noCertificate = Files.writeString(folder.resolve("ca.pem"), "nothing");
        assertThat(codeOf(() -> open(with("bucket", "access", "s3cret-key", Optional.of(noCertificate)))))
                .isEqualTo("store.ca-file-unreadable");
        assertThat(codeOf(() -> open(with("bucket", "access", "s3cret-key", Optional.of(folder.resolve("none"))))))
                .isEqualTo("store.ca-file-unreadable");
    }

    @Test
    void nobodyListeningIsWorthAnotherTry() {
        try (ObjectStore other = open(at(Ports.free(), "localhost"))) {
            StoreException thrown = catchThrowableOfType(StoreException.class, other::requireReachable);
            assertThat(thrown.fault().code()).isEqualTo("store.unreachable");
            assertThat(thrown.fault().retryable()).isTrue();
        }
        try (ObjectStore other = open(at(443, "no-such-host.invalid"))) {
            assertThat(codeOf(other::requireReachable)).isEqualTo("store.unreachable");
        }
    }

    @Test
    void aDownloadThatBreaksGoesOnWhereItBroke() throws IOException {
        byte[] bytes = bytes(PART);
        store.put("download", bytes, PutCondition.NONE, Map.of());
        try (Relay relay = new Relay(s3.port());
                ObjectStore cut = open(at(relay.port(), "localhost"))) {
            relay.cutAnswers(3, 1_000_000);

            try (InputStream in = cut.get("download", Optional.of(sha256(bytes)))) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
            }
            relay.cutAnswers(1, 1_000_000);
            try (InputStream in = cut.get("download", new ByteRange(100, PART - 200))) {
                assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 100, PART - 100));
            }
        }
    }

    @Test
    void aDownloadOfAnObjectThatWasReplacedMeanwhileFails() throws IOException {
        store.put("replaced", bytes(PART), PutCondition.NONE, Map.of());
        try (Relay relay = new Relay(s3.port());
                ObjectStore cut = open(at(relay.port(), "localhost"))) {
            relay.cutAnswers(1, 1_000_000);
            try (InputStream in = cut.get("replaced", Optional.empty())) {
                in.readNBytes(1000);
                byte[] other = bytes(PART);
                other[0]++;
                store.put("replaced", other, PutCondition.NONE, Map.of());

                assertThat(codeOf(in::readAllBytes)).isEqualTo("store.precondition-failed");
            }
        }
    }

    @Test
    void anAnswerThatWasLostIsNotMistakenForSomebodyElsesObject() throws IOException {
        try (Relay relay = new Relay(s3.port());
                ObjectStore cut = open(at(relay.port(), "localhost"))) {
            relay.loseOneAnswerToRequestOf(200_000);

            StoredObject stored = cut.put("lost-answer", bytes(200_000), PutCondition.IF_ABSENT, Map.of());

            assertThat(stored.sha256()).isEqualTo(sha256(bytes(200_000)));
            assertThat(store.head("lost-answer").orElseThrow().size()).isEqualTo(200_000);
        }
    }

    @Test
    void whatIsTooLargeForTheStoreLeavesNothing() {
        try (MultipartSink sink = store.upload("large/object", PutCondition.NONE, Map.of())) {
            byte[] bytes = bytes(PART);
            assertThat(codeOf(() -> {
                        for (int i = 0; i < 4; i++) {
                            sink.write(bytes, 0, bytes.length);
                        }
                    }))
                    .isEqualTo("store.object-too-large");
        }
        assertThat(store.abortStaleUploads("large/", Instant.now().plusSeconds(3600)))
                .isZero();
    }

    @Test
    void copiesInPartsWhatIsTooLargeForOneCopy() throws IOException {
        byte[] bytes = bytes(2 * PART + 5);
        store.put("copy/from", bytes, PutCondition.NONE, Map.of("kind", "large"));

        try (var client = S3Clients.open(settings())) {
            new S3Copy(client, "bucket", PART).copy("copy/from", "copy/to");
        }

        try (InputStream in = store.get("copy/to", Optional.of(sha256(bytes)))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(store.head("copy/to").orElseThrow().metadata()).containsEntry("kind", "large");
    }

    private static ObjectStore open(S3Settings settings) {
        return new S3ObjectStore(settings, S3Clients.open(settings), Clock.fixed(NOW, ZoneOffset.UTC), SMALL);
    }

    private static S3Settings settings() {
        return with("bucket", "access", "s3cret-key", Optional.of(s3.caFile()));
    }

    private static S3Settings with(String bucket, String key, String secret, Optional<Path> ca) {
        return new S3Settings(URI.create(s3.endpoint()), "east", bucket, "", key, Secret.of(secret), ca, true);
    }

    private static S3Settings at(int port, String host) {
        return new S3Settings(
                URI.create("https://" + host + ":" + port),
                "east",
                "bucket",
                "",
                "access",
                Secret.of("s3cret-key"),
                Optional.of(s3.caFile()),
                true);
    }
}
