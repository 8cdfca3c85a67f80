package dev.lifeboat.local.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Tells backup-service of a region's repository, as an operator would. Its keys lie in the secrets folder. */
final class RepositoryDeclaration {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How it went. */
    enum Outcome {
        DECLARED,
        /** It was declared before; what an operator may have changed since is left alone. */
        KNOWN,
        /** The service has no such resource. */
        NOT_OFFERED
    }

    private final StackPlan plan;
    private final String region;

    RepositoryDeclaration(StackPlan plan, String region) {
        this.plan = plan;
        this.region = region;
    }

    /** Puts the keys where the declaration says they are. */
    void writeSecrets() {
        S3Endpoint endpoint = plan.region(region);
        Secrets.write(plan.home().secretsDirectory().resolve(region + "-access-key"), endpoint.accessKey());
        Secrets.write(plan.home().secretsDirectory().resolve(region + "-secret-key"), endpoint.secretKey());
    }

    /**
     * Declares it, unless it is known with this endpoint.
     *
     * @throws LocalStackException {@code repository-refused}, with the service's own words
     */
    Outcome declare() {
        HttpResponse<String> known = send(request().GET());
        if (known.statusCode() == 200
                && known.body().contains(plan.region(region).endpoint())) {
            return Outcome.KNOWN;
        }
        HttpResponse<String> answer = send(request().PUT(BodyPublishers.ofString(document())));
        if (answer.statusCode() / 100 == 2) {
            return Outcome.DECLARED;
        }
        if (answer.statusCode() == 404 || answer.statusCode() == 405) {
            return Outcome.NOT_OFFERED;
        }
        throw new LocalStackException(
                "repository-refused",
                "backup-service to take the repository " + region,
                "HTTP " + answer.statusCode() + " " + answer.body(),
                "read " + plan.service(PartName.BACKUP).log());
    }

    /** The declaration. */
    String document() {
        S3Endpoint endpoint = plan.region(region);
        ObjectNode root = JSON.createObjectNode();
        root.put("name", region)
                .put("type", "s3")
                .put("endpoint", endpoint.endpoint())
                .put("region", endpoint.region())
                .put("bucket", endpoint.bucket())
                .put("prefix", "lifeboat/")
                .put("caFile", endpoint.caFile().toString())
                .put("pathStyle", true);
        ObjectNode credentials = root.putObject("credentials");
        credentials.putObject("accessKey").put("file", region + "-access-key");
        credentials.putObject("secretKey").put("file", region + "-secret-key");
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create(plan.url(PartName.BACKUP) + "/api/v1/repositories/" + region))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + plan.state().token("operator"))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new LocalStackException(
                    "repository-refused",
                    "backup-service to take the repository " + region,
                    String.valueOf(e),
                    "read " + plan.service(PartName.BACKUP).log(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted", "an answer", "an interrupt", "run it again", e);
        }
    }
}
