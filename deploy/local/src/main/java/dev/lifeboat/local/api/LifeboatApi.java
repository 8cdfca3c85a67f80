package dev.lifeboat.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Lifeboat's REST API as one principal. */
public final class LifeboatApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private final RunningStack stack;
    private final String token;

    LifeboatApi(RunningStack stack, String token) {
        this.stack = stack;
        this.token = token;
    }

    /** What came back; the body is a missing node when there was none or no JSON. */
    public record Answer(int status, JsonNode body, String location) {

        /** The answer, if its status is the expected one. */
        public Answer expect(int expected) {
            if (status != expected) {
                throw new UnexpectedAnswer("expected status " + expected + ", found " + status + ": " + body);
            }
            return this;
        }
    }

    /** A status that the caller did not expect. */
    public static final class UnexpectedAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnexpectedAnswer(String message) {
            super(message);
        }
    }

    /** GET of a path such as {@code /api/v1/backups/…} at {@code backup}, {@code restore} or {@code verifier}. */
    public Answer get(String service, String path) {
        return send(service, path, "GET", "application/json", null);
    }

    /** DELETE of a path. */
    public Answer delete(String service, String path) {
        return send(service, path, "DELETE", "application/json", null);
    }

    /** POST of a JSON body. */
    public Answer post(String service, String path, String json) {
        return send(service, path, "POST", "application/json", json);
    }

    /** PUT of a YAML body. */
    public Answer putYaml(String service, String path, String yaml) {
        return send(service, path, "PUT", "application/yaml", yaml);
    }

    private Answer send(String service, String path, String method, String type, String body) {
        URI base = stack.service(service);
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .header("Accept", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    parse(response.body()),
                    response.headers().firstValue("Location").orElse(null));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + request.uri() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while waiting for " + request.uri()));
        }
    }

    private static JsonNode parse(String body) {
        if (body == null || body.isBlank()) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return JSON.getNodeFactory().textNode(body);
        }
    }
}
