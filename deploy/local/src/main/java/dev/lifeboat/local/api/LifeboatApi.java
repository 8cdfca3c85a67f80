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
import java.util.Optional;
import java.util.function.Function;

/** Lifeboat's REST API as one principal. */
public final class LifeboatApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private final Function<String, URI> services;
    private final String token;
    private final Optional<String> correlation;

    LifeboatApi(RunningStack stack, String token) {
        this(stack::service, token, Optional.empty());
    }

    private LifeboatApi(Function<String, URI> services, String token, Optional<String> correlation) {
        this.services = services;
        this.token = token;
        this.correlation = correlation;
    }

    /** One instance of a service, as the principal that has this token. */
    public static LifeboatApi of(URI instance, String token) {
        return new LifeboatApi(service -> instance, token, Optional.empty());
    }

    /** The same principal, all of its requests part of one story: they carry this correlation id. */
    public LifeboatApi correlatedBy(String id) {
        return new LifeboatApi(services, token, Optional.of(id));
    }

    /** The same principal at another instance, whichever service is asked for. */
    public LifeboatApi at(URI instance) {
        return new LifeboatApi(service -> instance, token, correlation);
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

    /** GET of what is no JSON, such as an export. */
    public byte[] download(String service, String path) {
        HttpRequest request = request(service, path).GET().build();
        HttpResponse<byte[]> response = send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new UnexpectedAnswer("expected status 200, found " + response.statusCode() + " for " + path);
        }
        return response.body();
    }

    private Answer send(String service, String path, String method, String type, String body) {
        HttpRequest request = request(service, path)
                .header("Content-Type", type)
                .header("Accept", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                parse(response.body()),
                response.headers().firstValue("Location").orElse(null));
    }

    private HttpRequest.Builder request(String service, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(services.apply(service) + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
        correlation.ifPresent(id -> request.header("X-Correlation-Id", id));
        return request;
    }

    private static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return HTTP.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + e.getMessage(), e);
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
