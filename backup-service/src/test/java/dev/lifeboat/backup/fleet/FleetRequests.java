package dev.lifeboat.backup.fleet;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.platform.auth.Roles;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests of the fleet's tests, and documents that are right. */
public final class FleetRequests {
    /** The content type of the documents. */
    public static final String YAML = "application/yaml";

    private FleetRequests() {}

    public static RequestSpecification as(String role) {
        return given().config(RestAssuredConfig.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                .defaultContentCharset(StandardCharsets.UTF_8)
                                .encodeContentTypeAs(YAML, ContentType.TEXT)))
                .header("Authorization", "Bearer " + ServiceParts.token(role));
    }

    public static Response put(String path, String yaml) {
        return as(Roles.OPERATOR).contentType(YAML).body(yaml).put("/api/v1/" + path);
    }

    public static Response get(String path) {
        return as(Roles.VIEWER).get("/api/v1/" + path);
    }

    /**
     * What is there now, for whoever looks until it is so: a path of {@link #get} is compiled each time that it is asked for, which
     * takes more from the processors than what is waited for.
     */
    public static JsonNode now(String path) {
        return answer(path).expect(200).body();
    }

    /** What is answered now, whether or not there is anything yet. */
    public static LifeboatApi.Answer answer(String path) {
        return LifeboatApi.of(URI.create("http://localhost:" + RestAssured.port), ServiceParts.token(Roles.VIEWER))
                .get("backup", "/api/v1/" + path);
    }

    public static Response delete(String path) {
        return as(Roles.OPERATOR).delete("/api/v1/" + path);
    }

    /** A repository in the first region, with a prefix of its own name. */
    public static String repository(String name) {
        S3Endpoint east = LocalParts.shared().east();
        ServiceParts.secret("east-access", east.accessKey());
        ServiceParts.secret("east-secret", east.secretKey());
        return """
                name: %s
                type: s3
                endpoint: %s
                region: %s
                bucket: %s
                prefix: %s/
                credentials: {accessKey: {file: east-access}, secretKey: {file: east-secret}}
                caFile: %s
                pathStyle: true
                """
                .formatted(name, east.endpoint(), east.region(), east.bucket(), name, east.caFile());
    }

    /** A cluster on the shared server, reached as its superuser, that is dumped on request. */
    public static String cluster(String name, String repository) {
        PostgresCluster server = LocalParts.shared().postgres();
        ServiceParts.secret("superuser-password", server.password());
        return """
                name: %s
                connection: {host: %s, port: %d, user: postgres, password: {file: superuser-password}}
                repositories: [%s]
                backups:
                  - {name: nightly, method: dump, databases: [postgres]}
                """
                .formatted(name, PostgresCluster.HOST, server.port(), repository);
    }
}
