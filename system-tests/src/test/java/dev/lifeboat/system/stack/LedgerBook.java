package dev.lifeboat.system.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.api.LifeboatApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The evidence ledger as an auditor reads it. */
public final class LedgerBook {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SystemStack stack;
    private final LifeboatApi auditor;

    public LedgerBook(SystemStack stack) {
        this.stack = stack;
        this.auditor = stack.running().as("auditor");
    }

    /** Sequences of all entries about a run, {@code drill/<id>} or {@code backup/<id>}. */
    public List<Long> entriesOf(String runKey) {
        List<Long> sequences = new ArrayList<>();
        String before = "";
        while (true) {
            JsonNode page = auditor.get("verifier", "/api/v1/ledger?limit=100" + before)
                    .expect(200)
                    .body();
            for (JsonNode entry : page.path("items")) {
                if (entry.path("runKey").asText().equals(runKey)) {
                    sequences.add(entry.path("sequence").asLong());
                }
            }
            if (!page.hasNonNull("next")) {
                return sequences;
            }
            before = "&before=" + page.path("next").asLong();
        }
    }

    /** Number of entries. */
    public long size() {
        return auditor.get("verifier", "/api/v1/ledger?limit=1")
                .expect(200)
                .body()
                .at("/items/0/sequence")
                .asLong();
    }

    /** The statement of an entry: what was signed. */
    public JsonNode statement(long sequence) {
        try {
            JsonNode envelope = auditor.get("verifier", "/api/v1/ledger/" + sequence)
                    .expect(200)
                    .body();
            return JSON.readTree(
                    Base64.getDecoder().decode(envelope.path("payload").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the offline program said. */
    public record Said(int exit, String output) {}

    /** Exports the ledger, lets the caller spoil the export, and verifies it without any service. */
    public Said verifyOffline() {
        try {
            Path folder = Files.createTempDirectory(stack.folder(), "export");
            Path zip =
                    Files.write(folder.resolve("evidence.zip"), auditor.download("verifier", "/api/v1/ledger/export"));
            Path key =
                    Files.write(folder.resolve("key.pem"), auditor.download("verifier", "/api/v1/ledger/public-key"));
            ProcessBuilder builder = new ProcessBuilder(
                            stack.checkout().resolve("bin/verify-ledger").toString(), zip.toString(), key.toString())
                    .redirectErrorStream(true);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
