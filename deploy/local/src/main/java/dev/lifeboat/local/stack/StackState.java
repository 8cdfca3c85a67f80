package dev.lifeboat.local.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a stack keeps from its first start on, so that it is the same stack after down, up and a reboot.
 *
 * @param data absolute folder of the parts
 * @param ports where each part listens
 * @param secrets passwords and tokens by name, each made when it is first needed
 */
public record StackState(Path data, Map<PartName, Integer> ports, Map<String, String> secrets) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public StackState {
        data = data.toAbsolutePath();
        ports = Map.copyOf(ports);
        secrets = Map.copyOf(secrets);
    }

    /** Without its secrets. */
    @Override
    public String toString() {
        return "stack in " + data + " on " + ports;
    }

    /** What {@code state.json} holds. */
    record Document(String data, Map<PartName, Integer> ports, Map<String, String> secrets) {}

    /**
     * The state as it was kept; empty if the stack was never started.
     *
     * @throws LocalStackException {@code state-unreadable}
     */
    public static Optional<StackState> read(StackHome home) {
        if (!Files.exists(home.stateFile())) {
            return Optional.empty();
        }
        try {
            Document document = JSON.readValue(home.stateFile().toFile(), Document.class);
            return Optional.of(new StackState(Path.of(document.data()), document.ports(), document.secrets()));
        } catch (IOException e) {
            throw new LocalStackException(
                    "state-unreadable",
                    home.stateFile() + " as the stack wrote it",
                    String.valueOf(e.getMessage()),
                    "restore it, or delete the folder to begin anew",
                    e);
        }
    }

    /** The same stack on these ports, with all the secrets that it needs. */
    public static StackState of(Path data, PortPlan plan, Optional<StackState> before) {
        Map<String, String> secrets = new TreeMap<>();
        needed().forEach(name -> secrets.put(
                name,
                before.map(StackState::secrets).map(kept -> kept.get(name)).orElseGet(Secrets::random)));
        return new StackState(data, plan.ports(), secrets);
    }

    /** Keeps it. */
    public void write(StackHome home) {
        try {
            Secrets.write(
                    home.stateFile(),
                    JSON.writeValueAsString(new Document(data.toString(), new TreeMap<>(ports), new TreeMap<>(secrets)))
                            + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Port of a part. */
    public int port(PartName part) {
        return ports.get(part);
    }

    /** Password of a database role, or of a cluster's superuser. */
    public String databasePassword(String role) {
        return secret("database/" + role);
    }

    /** Password of a Kafka principal. */
    public String kafkaPassword(String principal) {
        return secret("kafka/" + principal);
    }

    /** Secret key of a region's S3 endpoint. */
    public String s3SecretKey(String region) {
        return secret("s3/" + region);
    }

    /** Bearer token of a principal. */
    public String token(String principal) {
        return secret("token/" + principal);
    }

    private String secret(String name) {
        String value = secrets.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the stack keeps no secret " + name);
        }
        return value;
    }

    private static Stream<String> needed() {
        return Stream.of(
                Stream.of("postgres", "shop").map(name -> "database/" + name),
                StackPlan.DATABASES.values().stream().map(name -> "database/" + name),
                StackPlan.KAFKA_PRINCIPALS.stream().map(name -> "kafka/" + name),
                StackPlan.REGIONS.keySet().stream().map(name -> "s3/" + name),
                Principals.ALL.stream().map(principal -> "token/" + principal.name()))
                .flatMap(names -> names)
                .collect(Collectors.toCollection(java.util.TreeSet::new))
                .stream();
    }
}
