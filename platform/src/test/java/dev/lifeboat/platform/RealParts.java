package dev.lifeboat.platform;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.Ports;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Points the application under test to PostgreSQL and Kafka that really run. There is a principal for each role, {@code
 * principal/<role>}, whose token is {@link #token}.
 */
public final class RealParts implements QuarkusTestResourceLifecycleManager {

    /** The token of the principal that has this role. */
    public static String token(String role) {
        return "token-of-" + role;
    }

    @Override
    public Map<String, String> start() {
        LocalParts parts = LocalParts.shared();
        LocalParts.Database database = parts.newDatabase("platform");
        // The parts of a test lose what was committed last when they are killed; a database of ours never may.
        parts.postgres().execute("postgres", "alter database " + database.name() + " set synchronous_commit = on");
        Path folder = parts.newFolder("service");
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.datasource.jdbc.url", database.jdbcUrl());
        settings.put("quarkus.datasource.username", database.user());
        settings.put("quarkus.datasource.password", database.password());
        settings.put("lifeboat.work-directory", folder.resolve("work").toString());
        settings.put("lifeboat.principals-file", principals(folder).toString());
        settings.put(
                "lifeboat.service-token-file",
                write(folder, "service-token", token(Roles.SERVICE)).toString());
        // Known before the start, so that the service can be told how to call itself.
        int port = Ports.free();
        settings.put("quarkus.http.test-port", Integer.toString(port));
        settings.put("lifeboat.services.here.url", "http://localhost:" + port);
        settings.put("lifeboat.services.nowhere.url", "http://localhost:1");
        parts.kafka().clientSettings("backup-service").forEach((name, value) -> settings.put("kafka." + name, value));
        return settings;
    }

    @Override
    public void stop() {
        // The parts end with the JVM.
    }

    private static Path principals(Path folder) {
        String entries = List.of(Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE).stream()
                .map(role -> "{\"name\":\"%s/%s\",\"roles\":[\"%s\"],\"tokenSha256\":\"%s\"}"
                        .formatted(
                                role.equals(Roles.SERVICE) ? "service" : "principal", role, role, sha256(token(role))))
                .collect(Collectors.joining(","));
        return write(folder, "principals.json", "{\"principals\":[" + entries + "]}");
    }

    private static Path write(Path folder, String name, String text) {
        try {
            Path file = folder.resolve(name);
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
