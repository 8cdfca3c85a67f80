package dev.lifeboat.platform.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.correlation.CorrelationFilter;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Calls one other service, as the principal of this one, within the correlation of this thread. Does not try again: who
 * calls knows how often that makes sense ({@link ServiceCallFailed#retryable()}).
 */
public final class ServiceClient {
    private final String name;
    private final URI url;
    private final Path tokenFile;
    private final Duration timeout;
    private final HttpClient http;
    private final ObjectMapper json;

    ServiceClient(String name, URI url, Path tokenFile, Duration timeout, HttpClient http, ObjectMapper json) {
        this.name = name;
        this.url = url;
        this.tokenFile = tokenFile;
        this.timeout = timeout;
        this.http = http;
        // A newer service may say more than this one knows.
        this.json = json.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /**
     * {@code GET}.
     *
     * @param path from the service's root; its parts are encoded already
     * @throws ServiceCallFailed if the answer is no success, or there is none
     */
    public <T> T get(String path, Class<T> answer) {
        return call("GET", path, null, answer);
    }

    /** {@code PUT} of a body, which may be null; the answer may be {@link Void}. */
    public <T> T put(String path, Object body, Class<T> answer) {
        return call("PUT", path, body, answer);
    }

    /** {@code POST} of a body, which may be null; the answer may be {@link Void}. */
    public <T> T post(String path, Object body, Class<T> answer) {
        return call("POST", path, body, answer);
    }

    /** {@code DELETE}. */
    public void delete(String path) {
        call("DELETE", path, null, Void.class);
    }

    private <T> T call(String method, String path, Object body, Class<T> answer) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(timeout)
                    .header(
                            "Authorization",
                            "Bearer " + Files.readString(tokenFile).strip())
                    .header("Accept", "application/json")
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
            if (body != null) {
                request.header("Content-Type", "application/json");
            }
            Correlation.current().ifPresent(correlation -> tell(request, correlation));
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw new ServiceCallFailed(response.statusCode(), said(response), null);
            }
            return answer == Void.class || response.body().length == 0 ? null : json.readValue(response.body(), answer);
        } catch (JsonProcessingException e) {
            throw new ServiceCallFailed(
                    200,
                    new Failure(
                            "service.unintelligible",
                            "The answer of the " + name + " cannot be read.",
                            answer.getSimpleName(),
                            e.getOriginalMessage(),
                            "Check that both services are of the same release."),
                    e);
        } catch (IOException e) {
            throw new ServiceCallFailed(
                    0,
                    new Failure(
                            "service.unreachable",
                            "The " + name + " does not answer.",
                            "an answer of " + url + " within " + timeout,
                            e.toString(),
                            "Check that it runs, and lifeboat.services." + name + ".url."),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceCallFailed(
                    0, new Failure("service.interrupted", "The call was interrupted.", null, null, null), e);
        }
    }

    private static void tell(HttpRequest.Builder request, Correlation correlation) {
        header(request, CorrelationFilter.CORRELATION_ID, correlation.correlationId());
        header(request, CorrelationFilter.CAUSATION_ID, correlation.causationId());
        header(request, CorrelationFilter.ACTOR, correlation.actor());
        header(request, CorrelationFilter.TRACEPARENT, correlation.traceparent());
    }

    private static void header(HttpRequest.Builder request, String header, String value) {
        if (value != null) {
            request.header(header, value);
        }
    }

    private Failure said(HttpResponse<byte[]> response) {
        try {
            JsonNode problem = json.readTree(response.body());
            if (problem != null && problem.hasNonNull("code")) {
                return new Failure(
                        problem.get("code").asText(),
                        problem.path("detail").asText(""),
                        problem.path("expected").asText(null),
                        problem.path("found").asText(null),
                        problem.path("hint").asText(null));
            }
        } catch (IOException e) {
            return unexplained(response);
        }
        return unexplained(response);
    }

    private Failure unexplained(HttpResponse<byte[]> response) {
        return new Failure(
                "service.refused",
                "The " + name + " refused, and did not say why.",
                "a success",
                "status " + response.statusCode(),
                "Look at its log.");
    }
}
