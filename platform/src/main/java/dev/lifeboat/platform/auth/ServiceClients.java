package dev.lifeboat.platform.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The other services, by name: {@code lifeboat.services.<name>.url}. */
@ApplicationScoped
public class ServiceClients {
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** Where the other services are. */
    @ConfigMapping(prefix = "lifeboat.services")
    public interface Config {
        /** By short name: {@code backup}, {@code restore}, {@code verifier}. */
        @WithParentName
        Map<String, Service> services();

        /** A service. */
        interface Service {
            /** Its root. */
            URI url();

            /** How long an answer may take. */
            @WithDefault("PT10S")
            Duration timeout();
        }
    }

    private final Config config;
    private final Optional<Path> tokenFile;
    private final ObjectMapper json;
    private HttpClient http;

    ServiceClients(
            Config config,
            @ConfigProperty(name = "lifeboat.service-token-file") Optional<Path> tokenFile,
            ObjectMapper json) {
        this.config = config;
        this.tokenFile = tokenFile;
        this.json = json;
    }

    /**
     * A service.
     *
     * @throws IllegalStateException if it is not configured
     */
    public ServiceClient of(String name) {
        Config.Service service = config.services().get(name);
        if (service == null) {
            throw new IllegalStateException("lifeboat.services." + name + ".url is not set");
        }
        Path token = tokenFile.orElseThrow(() -> new IllegalStateException("lifeboat.service-token-file is not set"));
        return new ServiceClient(name, service.url(), token, service.timeout(), http(), json);
    }

    /** Made at the first call: a client has a thread, and a service that calls nobody needs none. */
    private synchronized HttpClient http() {
        if (http == null) {
            http = HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
        }
        return http;
    }
}
