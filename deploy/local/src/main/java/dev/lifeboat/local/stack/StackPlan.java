package dev.lifeboat.local.stack;

import dev.lifeboat.local.KafkaBroker;
import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.local.Part;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of a stack, made from its state. Making them starts nothing.
 *
 * @param home the stack's folder
 * @param state what it keeps
 * @param checkout where the services were built
 */
public record StackPlan(StackHome home, StackState state, Path checkout) {
    /** Region by endpoint; each has a bucket {@code lifeboat-<region>}. */
    static final Map<String, PartName> REGIONS =
            new TreeMap<>(Map.of("east", PartName.S3_EAST, "west", PartName.S3_WEST));

    /** Database of each service; the role has the same name. */
    static final Map<PartName, String> DATABASES = new EnumMap<>(Map.of(
            PartName.BACKUP, "lifeboat_backup",
            PartName.RESTORE, "lifeboat_restore",
            PartName.VERIFIER, "lifeboat_verifier"));

    static final List<String> KAFKA_PRINCIPALS = Stream.concat(
                    KafkaTopics.SERVICES.stream(), Stream.of(KafkaTopics.ADMIN))
            .toList();

    /** Lifeboat's own PostgreSQL. */
    public PostgresCluster postgres() {
        return new PostgresCluster(new PostgresCluster.Spec(
                PartName.POSTGRES.text(),
                folder(PartName.POSTGRES),
                state.port(PartName.POSTGRES),
                state.databasePassword("postgres"),
                Map.of()));
    }

    /** The sample: archiving is on, and waits for whoever sets its command. */
    public PostgresCluster shop() {
        return new PostgresCluster(new PostgresCluster.Spec(
                PartName.SHOP.text(),
                folder(PartName.SHOP),
                state.port(PartName.SHOP),
                state.databasePassword("shop"),
                Map.of("archive_mode", "on", "archive_command", "", "shared_buffers", "128MB")));
    }

    /** Whether the sample was ever started. */
    public boolean hasShop() {
        return java.nio.file.Files.exists(shop().dataDirectory());
    }

    /** The broker. */
    public KafkaBroker kafka() {
        return new KafkaBroker(new KafkaBroker.Spec(
                PartName.KAFKA.text(),
                folder(PartName.KAFKA),
                state.port(PartName.KAFKA),
                state.port(PartName.KAFKA_CONTROLLER),
                KAFKA_PRINCIPALS.stream().collect(Collectors.toMap(principal -> principal, state::kafkaPassword))));
    }

    /** The S3 endpoint of a region. */
    public S3Endpoint region(String region) {
        PartName part = REGIONS.get(region);
        return new S3Endpoint(new S3Endpoint.Spec(
                part.text(),
                region,
                folder(part),
                state.port(part),
                "lifeboat-" + region,
                "lifeboat-" + region,
                state.s3SecretKey(region)));
    }

    /** A service. */
    public ServiceProcess service(PartName service) {
        return new ServiceProcess(new ServiceProcess.Spec(
                service.text(),
                folder(service),
                state.port(service),
                checkout.resolve(service.text()).resolve("target/quarkus-app/quarkus-run.jar"),
                ServiceEnvironment.of(this, service)));
    }

    /** Another instance of a service beside the first: the same database and group of consumers, another port and folder. */
    public ServiceProcess another(PartName service, int port) {
        String name = service.text() + "-" + port;
        Path folder = state.data().resolve(name);
        Map<String, String> environment = new TreeMap<>(ServiceEnvironment.of(this, service));
        environment.put(ServiceEnvironment.variable("quarkus.http.port"), Integer.toString(port));
        environment.put(
                ServiceEnvironment.variable("lifeboat.work.directory"),
                folder.resolve("work").toString());
        return new ServiceProcess(new ServiceProcess.Spec(
                name,
                folder,
                port,
                checkout.resolve(service.text()).resolve("target/quarkus-app/quarkus-run.jar"),
                environment));
    }

    /** A folder for a service's own files, which PostgreSQL's user can enter. */
    public Path workDirectory(PartName service) {
        return folder(service).resolve("work");
    }

    /** URL of a service. */
    public String url(PartName service) {
        return "http://127.0.0.1:" + state.port(service);
    }

    /** What the services stand on, without the sample. */
    public Map<PartName, Part> foundations() {
        Map<PartName, Part> parts = new LinkedHashMap<>();
        parts.put(PartName.POSTGRES, postgres());
        parts.put(PartName.KAFKA, kafka());
        REGIONS.forEach((region, part) -> parts.put(part, region(region)));
        return parts;
    }

    /** The services. */
    public Map<PartName, Part> services() {
        Map<PartName, Part> parts = new LinkedHashMap<>();
        PartName.SERVICES.forEach(service -> parts.put(service, service(service)));
        return parts;
    }

    /** Everything that can run, the sample included. */
    public Map<PartName, Part> all() {
        Map<PartName, Part> parts = new LinkedHashMap<>(foundations());
        parts.put(PartName.SHOP, shop());
        parts.putAll(services());
        return parts;
    }

    /** The folder of a part. */
    private Path folder(PartName part) {
        return state.data().resolve(part.text());
    }

    /** The ports that a part listens on. */
    static List<PartName> portsOf(PartName part) {
        List<PartName> ports = new ArrayList<>(List.of(part));
        if (part == PartName.KAFKA) {
            ports.add(PartName.KAFKA_CONTROLLER);
        }
        return ports;
    }
}
