package dev.lifeboat.backup;

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
 * Gives the service under test real parts: a database of its own, Kafka, a principal for each role, and a secrets folder
 * in which tests put what they refer to.
 */
public final class ServiceParts implements QuarkusTestResourceLifecycleManager {
    private static final String SECRETS = "lifeboat.test.secrets";

    /** The token of {@code principal/<role>}. */
    public static String token(String role) {
        return "token-of-" + role;
    }

    /** Puts a secret where {@code {file: name}} finds it. */
    public static void secret(String name, String value) {
        secret(secretsDirectory(), name, value);
    }

    /** Puts a secret where a service with this secrets folder finds it. */
    public static void secret(Path secretsDirectory, String name, String value) {
        write(secretsDirectory, name, value);
    }

    /** The secrets folder of the service. */
    public static Path secretsDirectory() {
        return Path.of(System.getProperty(SECRETS));
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = settings(LocalParts.shared().newFolder("service"));
        System.setProperty(SECRETS, settings.get("lifeboat.secrets-directory"));
        return settings;
    }

    /** Settings of a service with a database of its own, and with folders below the given one. */
    public static Map<String, String> settings(Path folder) {
        LocalParts parts = LocalParts.shared();
        LocalParts.Database database = parts.newDatabase("backup");
        Path secrets = create(folder.resolve("secrets"));
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.datasource.jdbc.url", database.jdbcUrl());
        settings.put("quarkus.datasource.username", database.user());
        settings.put("quarkus.datasource.password", database.password());
        settings.put("lifeboat.work-directory", create(folder.resolve("work")).toString());
        settings.put("lifeboat.secrets-directory", secrets.toString());
        settings.put(
                "lifeboat.principals-file",
                write(folder, "principals.json", principals()).toString());
        settings.put(
                "lifeboat.service-token-file",
                write(folder, "service-token", token(Roles.SERVICE)).toString());
        parts.kafka().clientSettings("backup-service").forEach((name, value) -> settings.put("kafka." + name, value));
        return settings;
    }

    @Override
    public void stop() {
        // The parts end with the JVM.
    }

    private static String principals() {
        return Stream.of(Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE)
                .map(role -> "{\"name\":\"%s/%s\",\"roles\":[\"%s\"],\"tokenSha256\":\"%s\"}"
                        .formatted(
                                role.equals(Roles.SERVICE) ? "service" : "principal", role, role, sha256(token(role))))
                .collect(Collectors.joining(",", "{\"principals\":[", "]}"));
    }

    private static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path folder, String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.writeString(file, text);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
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
