package dev.lifeboat.platform.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.platform.pgbackrest.PgBackRestConfig.Folders;
import dev.lifeboat.platform.pgbackrest.PgBackRestConfig.Server;
import dev.lifeboat.platform.pgbackrest.PgBackRestConfig.Tuning;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PgBackRestConfigTest {
    private static final UUID CLUSTER = UUID.fromString("01920000-0000-7000-8000-000000000001");

    @Test
    void aServerWithAnEncryptedRepository() {
        assertThat(config(repository("lifeboat/", true), server(Optional.empty()), OptionalInt.empty())
                        .text())
                .isEqualTo(
                        """
                        # Written by Lifeboat; changes are overwritten.
                        [global]
                        repo1-type=s3
                        repo1-s3-endpoint=localhost:9443
                        repo1-s3-region=eu-central-1
                        repo1-s3-bucket=acme
                        repo1-s3-uri-style=path
                        repo1-storage-ca-file=/etc/ssl/ca.pem
                        repo1-path=/lifeboat/clusters/shop/01920000-0000-7000-8000-000000000001/pgbackrest
                        repo1-bundle=y
                        repo1-retention-full=9999999
                        repo1-cipher-type=aes-256-cbc
                        compress-type=zst
                        process-max=2
                        archive-timeout=60
                        start-fast=y
                        expire-auto=n
                        lock-path=/var/lib/lifeboat/pgbackrest/x/lock
                        log-path=/var/lib/lifeboat/pgbackrest/x/log
                        spool-path=/var/lib/lifeboat/pgbackrest/x/spool
                        log-level-file=off
                        log-level-console=off
                        log-level-stderr=warn

                        [shop]
                        pg1-path=/srv/pg/shop data
                        pg1-port=5433
                        pg1-user=lifeboat
                        pg1-database=postgres
                        """);
    }

    @Test
    void secretsStandInItOnlyWhenTheyAreAskedFor() {
        PgBackRestConfig config = config(repository("", true), server(Optional.empty()), OptionalInt.of(6));
        PgBackRestSecrets secrets = new PgBackRestSecrets(
                Secret.of("AKIA=1#"), Secret.of("s3cr3t/+="), Optional.of(Secret.of("open sesame")));

        assertThat(config.textWith(secrets))
                .contains(
                        "\nrepo1-s3-key=AKIA=1#\n",
                        "\nrepo1-s3-key-secret=s3cr3t/+=\n",
                        "\nrepo1-cipher-pass=open sesame\n",
                        "\ncompress-level=6\n",
                        "\nrepo1-path=/clusters/shop/");
        assertThat(config.text()).doesNotContain("AKIA", "s3cr3t", "sesame");
        assertThat(secrets.toString()).doesNotContain("AKIA", "s3cr3t", "sesame");
    }

    @Test
    void aSecondRepositoryHasANumberAndSecretsOfItsOwnAndArchivingGoesOnWhileTheOtherIsAway() {
        PgBackRestConfig one = config(repository("", true), server(Optional.empty()), OptionalInt.empty());
        PgBackRestConfig two = new PgBackRestConfig(
                "shop",
                one.server(),
                List.of(
                        repository("first/", true),
                        PgBackRestRepository.of(spec("https://west:9444", "second/", false), "shop", CLUSTER)),
                one.folders(),
                one.tuning());

        assertThat(two.textWith(List.of(
                        new PgBackRestSecrets(Secret.of("A"), Secret.of("a"), Optional.of(Secret.of("pass"))),
                        new PgBackRestSecrets(Secret.of("B"), Secret.of("b"), Optional.empty()))))
                .contains(
                        "\nrepo1-s3-endpoint=localhost:9443\n",
                        "\nrepo1-path=/first/clusters/shop/",
                        "\nrepo1-s3-key=A\nrepo1-s3-key-secret=a\nrepo1-cipher-pass=pass\n",
                        "\nrepo1-cipher-type=aes-256-cbc\n",
                        "\nrepo2-s3-endpoint=west:9444\n",
                        "\nrepo2-path=/second/clusters/shop/",
                        "\nrepo2-retention-full=9999999\n",
                        "\nrepo2-s3-key=B\nrepo2-s3-key-secret=b\n",
                        "\narchive-async=y\n",
                        "\n[global:archive-push]\nprocess-max=4\n\n[shop]\n")
                .doesNotContain("repo2-cipher", "repo3");
        assertThat(one.text()).doesNotContain("repo2", "archive-async", "archive-push", "io-timeout");
    }

    @Test
    void aDeclaredSocketIsUsed() {
        assertThat(config(repository("", false), server(Optional.of(Path.of("/run/pg"))), OptionalInt.empty())
                        .text())
                .contains("\npg1-socket-path=/run/pg\n")
                .doesNotContain("cipher");
    }

    @Test
    void aFolderToRestoreIntoNeedsNoServer() {
        assertThat(config(repository("", false), Server.restoredTo(Path.of("/srv/sandbox")), OptionalInt.empty())
                        .text())
                .endsWith("\n[shop]\npg1-path=/srv/sandbox\n");
    }

    @ParameterizedTest
    @CsvSource({
        "https://s3.eu-central-1.amazonaws.com,     s3.eu-central-1.amazonaws.com",
        "https://s3.eu-central-1.amazonaws.com:443, s3.eu-central-1.amazonaws.com",
        "https://localhost:9443,                    localhost:9443"
    })
    void anEndpointIsHostAndPort(String url, String endpoint) {
        assertThat(PgBackRestRepository.of(spec(url, "", false), "shop", CLUSTER)
                        .endpoint())
                .isEqualTo(endpoint);
    }

    @Test
    void withoutTlsThereIsNoPgBackRest() {
        assertThatThrownBy(() -> PgBackRestRepository.of(spec("http://localhost:9000", "", false), "shop", CLUSTER))
                .isInstanceOfSatisfying(
                        PgBackRestException.class,
                        thrown -> assertThat(thrown.fault().code()).isEqualTo("pgbackrest.endpoint-not-tls"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", " blank before", "blank after ", "tab\tin it"})
    void aSecretThatAFileWouldNotGiveBackIsRefused(String secret) {
        assertThatThrownBy(() ->
                        new PgBackRestSecrets(Secret.of("key"), Secret.of("secret"), Optional.of(Secret.of(secret))))
                .isInstanceOfSatisfying(PgBackRestException.class, thrown -> {
                    assertThat(thrown.fault().code()).isEqualTo("pgbackrest.secret-unusable");
                    assertThat(thrown.fault().failure().toString()).doesNotContain(secret.strip());
                });
    }

    @Test
    void aValueThatWouldBecomeAnotherOptionIsRefused() {
        PgBackRestConfig config = config(
                repository("", false), Server.restoredTo(Path.of("/srv/a\nrepo1-path=/evil")), OptionalInt.empty());

        assertThatThrownBy(config::text).isInstanceOfSatisfying(PgBackRestException.class, thrown -> assertThat(
                        thrown.fault().code())
                .isEqualTo("pgbackrest.value-unusable"));
    }

    @ParameterizedTest(name = "pgBackRest {0} with PostgreSQL {1}: {2}")
    @CsvSource({
        "2.45, 15, true",
        "2.45, 13, true",
        "2.45, 16, false",
        "2.47, 16, false",
        "2.48, 16, true",
        "2.54, 17, true",
        "2.56, 18, false",
        "2.57, 18, true",
        "2.57, 19, false",
        "2.45, 12, false",
        "2.40, 14, false",
        "3.0,  18, true"
    })
    void aPairThatCannotWorkIsRefused(String version, int major, boolean works) {
        PgBackRestVersion installed = PgBackRestVersion.parse("pgBackRest " + version + "\n");

        if (works) {
            installed.requireKnows(major);
        } else {
            assertThatThrownBy(() -> installed.requireKnows(major))
                    .isInstanceOfSatisfying(PgBackRestException.class, thrown -> {
                        assertThat(thrown.fault().code()).isEqualTo("pgbackrest.version-unsupported");
                        assertThat(thrown.fault().failure().found())
                                .isEqualTo("pgBackRest " + version + " and PostgreSQL " + major);
                        assertThat(thrown.fault().failure().hint()).contains("apt-get install pgbackrest");
                    });
        }
    }

    @Test
    void aDevelopmentVersionIsAVersion() {
        assertThat(PgBackRestVersion.parse("pgBackRest 2.58dev")).isEqualTo(new PgBackRestVersion(2, 58));
    }

    private static PgBackRestConfig config(PgBackRestRepository repository, Server server, OptionalInt level) {
        return new PgBackRestConfig(
                "shop",
                server,
                repository,
                Folders.below(Path.of("/var/lib/lifeboat/pgbackrest/x")),
                new Tuning("zst", level, 2, Duration.ofMinutes(1)));
    }

    private static Server server(Optional<Path> socket) {
        return new Server(
                Path.of("/srv/pg/shop data"),
                OptionalInt.of(5433),
                Optional.of("lifeboat"),
                Optional.of("postgres"),
                socket);
    }

    private static PgBackRestRepository repository(String prefix, boolean encrypted) {
        return PgBackRestRepository.of(spec("https://localhost:9443", prefix, encrypted), "shop", CLUSTER);
    }

    private static RepositorySpec spec(String endpoint, String prefix, boolean encrypted) {
        return new RepositorySpec(
                "east",
                "s3",
                endpoint,
                "eu-central-1",
                "acme",
                prefix,
                new RepositorySpec.Credentials(SecretRef.ofEnv("LIFEBOAT_SECRET_A"), SecretRef.ofFile("b")),
                null,
                "/etc/ssl/ca.pem",
                true,
                encrypted ? new RepositorySpec.Encryption(SecretRef.ofFile("c")) : null);
    }
}
