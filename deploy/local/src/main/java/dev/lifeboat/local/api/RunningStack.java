package dev.lifeboat.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.LocalStackException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code stack.json} says of a running stack. */
public final class RunningStack {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path home;
    private final JsonNode description;

    private RunningStack(Path home, JsonNode description) {
        this.home = home;
        this.description = description;
    }

    /**
     * Reads {@code stack.json} in the stack's folder.
     *
     * @throws LocalStackException if there is none
     */
    public static RunningStack in(Path home) {
        Path file = home.resolve("stack.json");
        if (!Files.exists(file)) {
            throw new LocalStackException(
                    "stack-not-running",
                    "a running stack in " + home,
                    "no stack.json there",
                    "start one with: make up");
        }
        try {
            return new RunningStack(home, JSON.readTree(file.toFile()));
        } catch (IOException e) {
            throw new LocalStackException(
                    "stack-file-unreadable", "JSON in " + file, e.getMessage(), "run: make down, then make up", e);
        }
    }

    /** The stack's folder. */
    public Path home() {
        return home;
    }

    /** Base address of {@code backup}, {@code restore} or {@code verifier}. */
    public URI service(String name) {
        return URI.create(text("/services/" + name + "/url"));
    }

    /** Calls a service as a principal of that role. */
    public LifeboatApi as(String role) {
        return new LifeboatApi(this, text("/tokens/" + role));
    }

    /** A PostgreSQL server of the stack. */
    public PostgresServer postgres(String name) {
        String at = "/postgres/" + name;
        return new PostgresServer(
                text(at + "/host"),
                description.at(at + "/port").asInt(),
                text(at + "/user"),
                text(at + "/password"),
                Path.of(text(at + "/dataDirectory")));
    }

    /** Where references of the form {@code {file: name}} are looked up. */
    public Path secretsDirectory() {
        return Path.of(text("/secretsDirectory"));
    }

    /** Any text by JSON pointer. */
    public String text(String pointer) {
        JsonNode node = description.at(pointer);
        if (node.isMissingNode() || node.isNull()) {
            throw new LocalStackException(
                    "stack-file-incomplete",
                    pointer + " in " + home.resolve("stack.json"),
                    "nothing there",
                    "it may be of an older version; run: make down, then make up");
        }
        return node.asText();
    }

    /** How to reach a PostgreSQL server. */
    public record PostgresServer(String host, int port, String user, String password, Path dataDirectory) {}
}
