package dev.lifeboat.restore.it;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Points restore-service to PostgreSQL, Kafka and S3 that really run, and to a backup-service that knows pins and nothing
 * else. There is a principal for each role, {@code principal/<role>}, whose token is {@link #token}.
 */
public final class RealParts implements QuarkusTestResourceLifecycleManager {
    private PinServer pins;

    /** The token of the principal that has this role. */
    static String token(String role) {
        return "token-of-" + role;
    }

    @Override
    public Map<String, String> start() {
        pins = PinServer.start(token(Roles.SERVICE));
        return settings(pins);
    }

    /** All that a service needs to run against the real parts, with a database and folders of its own. */
    static Map<String, String> settings(PinServer pins) {
        LocalParts parts = LocalParts.shared();
        LocalParts.Database database = parts.newDatabase("restore");
        Path folder = parts.newFolder("restore-service");
        Path secrets = folder.resolve("secrets");
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.datasource.jdbc.url", database.jdbcUrl());
        settings.put("quarkus.datasource.username", database.user());
        settings.put("quarkus.datasource.password", database.password());
        settings.put("lifeboat.work-directory", folder.resolve("w").toString());
        settings.put("lifeboat.secrets-directory", secrets.toString());
        settings.put("lifeboat.principals-file", principals(folder).toString());
        settings.put(
                "lifeboat.service-token-file",
                write(folder.resolve("service-token"), token(Roles.SERVICE)).toString());
        settings.put("lifeboat.services.backup.url", pins.url());
        write(secrets.resolve("east-access"), parts.east().accessKey());
        write(secrets.resolve("east-secret"), parts.east().secretKey());
        parts.kafka().clientSettings("restore-service").forEach((name, value) -> settings.put("kafka." + name, value));
        return settings;
    }

    @Override
    public void stop() {
        pins.close();
    }

    private static Path principals(Path folder) {
        String entries = Stream.of(Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE)
                .map(role -> "{\"name\":\"%s/%s\",\"roles\":[\"%s\"],\"tokenSha256\":\"%s\"}"
                        .formatted(
                                role.equals(Roles.SERVICE) ? "service" : "principal", role, role, sha256(token(role))))
                .collect(Collectors.joining(","));
        String both = ",{\"name\":\"principal/both\",\"roles\":[\"operator\",\"approver\"],\"tokenSha256\":\"%s\"}"
                .formatted(sha256(token("both")));
        return write(folder.resolve("principals.json"), "{\"principals\":[" + entries + both + "]}");
    }

    /** Puts a secret where the service resolves references. */
    static void secret(Path file, String text) {
        write(file, text);
    }

    private static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
