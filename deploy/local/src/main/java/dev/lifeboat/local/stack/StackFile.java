package dev.lifeboat.local.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.local.KafkaBroker;
import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.local.Part;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.Secrets;
import dev.lifeboat.local.process.ProcessIdentity;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code stack.json}: where everything of a stack is and how to get in. It holds secrets, so only its owner reads it. */
final class StackFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private StackFile() {}

    /** Writes it as things are now. */
    static void write(StackPlan plan) {
        Map<PartName, ProcessIdentity> running = new LinkedHashMap<>();
        plan.all().forEach((name, part) -> part.process().ifPresent(process -> running.put(name, process)));
        try {
            Secrets.write(plan.home().stackFile(), JSON.writeValueAsString(document(plan, running)) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its content, given which processes run. */
    static ObjectNode document(StackPlan plan, Map<PartName, ProcessIdentity> running) {
        ObjectNode root = JSON.createObjectNode();
        root.put("home", plan.home().root().toString());
        root.put("dataDirectory", plan.state().data().toString());
        root.put("secretsDirectory", plan.home().secretsDirectory().toString());
        root.put("principalsFile", plan.home().principalsFile().toString());
        ObjectNode services = root.putObject("services");
        PartName.SERVICES.forEach(
                service -> services.putObject(service.shortName()).put("url", plan.url(service)));
        ObjectNode tokens = root.putObject("tokens");
        Principals.PEOPLE.forEach(
                principal -> tokens.put(principal.name(), plan.state().token(principal.name())));
        ObjectNode repositories = root.putObject("repositories");
        StackPlan.REGIONS.keySet().forEach(region -> repository(repositories.putObject(region), plan.region(region)));
        kafka(root.putObject("kafka"), plan.kafka());
        ObjectNode postgres = root.putObject("postgres");
        cluster(postgres.putObject("lifeboat"), plan.postgres());
        if (plan.hasShop()) {
            cluster(postgres.putObject("shop"), plan.shop());
        }
        ObjectNode processes = root.putObject("processes");
        Map<PartName, Part> parts = plan.all();
        running.forEach((name, process) -> processes
                .putObject(name.text())
                .put("pid", process.pid())
                .put("startTicks", process.startTicks())
                .put("port", plan.state().port(name))
                .put("log", parts.get(name).log().toString()));
        return root;
    }

    private static void repository(ObjectNode node, S3Endpoint endpoint) {
        node.put("endpoint", endpoint.endpoint())
                .put("region", endpoint.region())
                .put("bucket", endpoint.bucket())
                .put("accessKey", endpoint.accessKey())
                .put("secretKey", endpoint.secretKey())
                .put("caFile", endpoint.caFile().toString())
                // Where the objects lie as files: for a test or a demo that damages one.
                .put("directory", endpoint.objects(endpoint.bucket()).toString());
    }

    private static void kafka(ObjectNode node, KafkaBroker broker) {
        node.put("bootstrapServers", broker.bootstrapServers())
                .put("securityProtocol", "SASL_PLAINTEXT")
                .put("saslMechanism", "SCRAM-SHA-512")
                .put("username", KafkaTopics.ADMIN)
                .put("password", broker.password(KafkaTopics.ADMIN));
        ObjectNode principals = node.putObject("principals");
        StackPlan.KAFKA_PRINCIPALS.forEach(
                principal -> principals.putObject(principal).put("password", broker.password(principal)));
    }

    private static void cluster(ObjectNode node, PostgresCluster cluster) {
        node.put("host", PostgresCluster.HOST)
                .put("port", cluster.port())
                .put("user", PostgresCluster.SUPERUSER)
                .put("password", cluster.password())
                .put("dataDirectory", cluster.dataDirectory().toString())
                .put("socketDirectory", cluster.socketDirectory().toString());
    }
}
