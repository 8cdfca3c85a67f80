package dev.lifeboat.local;

import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * An S3 endpoint that stands for a region: S3Proxy over a folder, in a JVM of its own, over TLS with a certificate that it
 * signed itself, valid for {@code localhost} and {@code 127.0.0.1}. Path-style addresses.
 */
public final class S3Endpoint extends ProcessPart {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SHUTDOWN = Duration.ofSeconds(15);
    private static final int HEAP_MEGABYTES = 128;
    private static final String ALIAS = "s3";

    /** Without it, every request is written to the log in every detail. */
    private static final String LOGGING =
            """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="warn"><appender-ref ref="out"/></root>
            </configuration>
            """;

    /**
     * What an endpoint is made of.
     *
     * @param name name of the part
     * @param region name of the region that it stands for
     * @param folder its own folder, absolute
     * @param port TLS port on the loopback address
     * @param bucket the bucket that is there from the start
     * @param accessKey the only access key
     * @param secretKey its secret
     */
    public record Spec(
            String name, String region, Path folder, int port, String bucket, String accessKey, String secretKey) {
        public Spec {
            if (!folder.isAbsolute()) {
                // S3Proxy would take a relative one, and list nothing.
                throw new IllegalArgumentException("folder must be absolute: " + folder);
            }
        }

        /** Without its secret. */
        @Override
        public String toString() {
            return name + " in " + folder;
        }
    }

    private final Spec spec;

    public S3Endpoint(Spec spec) {
        super(spec.name(), spec.folder(), Signal.TERM, SHUTDOWN);
        this.spec = spec;
    }

    /** Where it answers. */
    public String endpoint() {
        return "https://localhost:" + spec.port();
    }

    /** Port on the loopback address. */
    public int port() {
        return spec.port();
    }

    /** Region that it stands for. */
    public String region() {
        return spec.region();
    }

    /** The bucket that is there from the start. */
    public String bucket() {
        return spec.bucket();
    }

    /** The only access key. */
    public String accessKey() {
        return spec.accessKey();
    }

    /** Secret of the access key. */
    public String secretKey() {
        return spec.secretKey();
    }

    /** Certificate to trust, PEM; readable by everybody. */
    public Path caFile() {
        return spec.folder().resolve("ca.pem");
    }

    /** Where the objects of a bucket lie as files: to look at, and to damage in a test. */
    public Path objects(String bucket) {
        return spec.folder().resolve("objects").resolve(bucket);
    }

    /** Makes another bucket, if there is none of that name. */
    public void ensureBucket(String bucket) {
        Secrets.folder(objects(bucket), "rwx------");
    }

    @Override
    public void start(Lifetime lifetime) {
        if (process.running().isEmpty()) {
            Ports.requireFree(Map.of(spec.port(), "S3 (" + spec.name() + ")"), "choose another port");
            Secrets.folder(spec.folder(), "rwxr-xr-x");
            Secrets.folder(spec.folder().resolve("objects"), "rwx------");
            ensureBucket(spec.bucket());
            createCertificate();
            Secrets.write(configuration(), properties());
            Secrets.write(logging(), LOGGING);
            process.start(
                    JavaProgram.small(
                            HEAP_MEGABYTES,
                            JavaProgram.GOOD_COMPILER_LATE,
                            "-Dlogback.configurationFile=" + logging(),
                            "-cp",
                            ClassPath.of("s3"),
                            "org.gaul.s3proxy.Main",
                            "--properties",
                            configuration().toString()),
                    Map.of(),
                    lifetime,
                    Signal.KILL);
        }
        process.awaitReady(
                "S3 (" + spec.name() + ") to listen on port " + spec.port(), START, () -> Ports.answers(spec.port()));
    }

    private Path configuration() {
        return spec.folder().resolve("s3proxy.properties");
    }

    private Path logging() {
        return spec.folder().resolve("logback.xml");
    }

    private Path keyStore() {
        return spec.folder().resolve("tls.p12");
    }

    private String properties() {
        return """
                # Written by Lifeboat's local stack at every start.
                s3proxy.secure-endpoint=https://127.0.0.1:%d
                s3proxy.keystore-path=%s
                s3proxy.keystore-password=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """
                .formatted(
                        spec.port(),
                        keyStore(),
                        spec.secretKey(),
                        spec.accessKey(),
                        spec.secretKey(),
                        spec.folder().resolve("objects"));
    }

    /** A key and a certificate for ten years, once. */
    private void createCertificate() {
        if (Files.exists(caFile())) {
            return;
        }
        try {
            Files.deleteIfExists(keyStore());
            generateKey();
            Files.setPosixFilePermissions(keyStore(), PosixFilePermissions.fromString("rw-------"));
            Path fresh = spec.folder().resolve("ca.pem.new");
            Files.writeString(fresh, certificate());
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(fresh, caFile(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The certificate as PEM (RFC 7468). */
    private String certificate() throws IOException {
        try {
            KeyStore store =
                    KeyStore.getInstance(keyStore().toFile(), spec.secretKey().toCharArray());
            byte[] encoded = store.getCertificate(ALIAS).getEncoded();
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new LocalStackException(
                    "certificate-failed", "a certificate in " + keyStore(), e.toString(), "delete the file", e);
        }
    }

    private void generateKey() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        JavaProgram.tool("keytool"),
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "3650",
                        "-dname",
                        "CN=Lifeboat local stack " + spec.name(),
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-keystore",
                        keyStore().toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass:env",
                        "LIFEBOAT_KEYSTORE")
                .redirectErrorStream(true);
        builder.environment().put("LIFEBOAT_KEYSTORE", spec.secretKey());
        Process program = builder.start();
        program.getOutputStream().close();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (program.waitFor() != 0) {
                throw new LocalStackException(
                        "certificate-failed", "keytool to make " + keyStore(), output.strip(), "is the disk full?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted", "keytool to end", "an interrupt", "run it again", e);
        }
    }
}
