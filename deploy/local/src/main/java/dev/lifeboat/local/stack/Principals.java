package dev.lifeboat.local.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Who may call the services of the local stack. The file holds digests; the tokens themselves are in stack.json. */
final class Principals {
    /** One for each role of people. */
    static final List<Principal> PEOPLE = List.of(
            new Principal("viewer", List.of("viewer")),
            new Principal("operator", List.of("operator", "viewer")),
            new Principal("approver", List.of("approver", "viewer")),
            new Principal("auditor", List.of("auditor", "viewer")));

    /** All of them: people, and the services among themselves. */
    static final List<Principal> ALL = Stream.concat(
                    PEOPLE.stream(),
                    PartName.SERVICES.stream().map(service -> new Principal(service.text(), List.of("service"))))
            .toList();

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Principals() {}

    /**
     * A principal.
     *
     * @param name short name, {@code operator}
     * @param roles what it may do
     */
    record Principal(String name, List<String> roles) {}

    private record Entry(String name, List<String> roles, String tokenSha256) {}

    /** The file of principals, as the services read it. */
    static String document(Function<String, String> tokenOf) {
        List<Entry> entries = ALL.stream()
                .map(principal -> new Entry(
                        "principal/" + principal.name(), principal.roles(), sha256(tokenOf.apply(principal.name()))))
                .toList();
        try {
            return JSON.writeValueAsString(Map.of("principals", entries)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
