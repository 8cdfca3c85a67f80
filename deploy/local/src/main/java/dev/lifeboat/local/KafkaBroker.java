package dev.lifeboat.local;

import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker (KRaft, broker and controller in one) in a JVM of its own, with the topics of {@link KafkaTopics} and a
 * principal for each service. Clients authenticate with SCRAM-SHA-512 on the loopback address; who is not allowed by a
 * rule is refused.
 */
public final class KafkaBroker extends ProcessPart {
    /** Address that it listens on. */
    public static final String HOST = "127.0.0.1";

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration SHUTDOWN = Duration.ofSeconds(30);
    private static final int HEAP_MEGABYTES = 192;

    /**
     * What a broker is made of.
     *
     * @param name name of the part
     * @param folder its own folder
     * @param port port of the clients
     * @param controllerPort port of the controller's own protocol
     * @param passwords password of each principal of {@link KafkaTopics}, the administrator among them
     */
    public record Spec(String name, Path folder, int port, int controllerPort, Map<String, String> passwords) {
        public Spec {
            passwords = Map.copyOf(passwords);
        }

        /** Without its secrets. */
        @Override
        public String toString() {
            return name + " in " + folder;
        }
    }

    private final Spec spec;

    public KafkaBroker(Spec spec) {
        super(spec.name(), spec.folder(), Signal.TERM, SHUTDOWN);
        this.spec = spec;
    }

    /** Value of {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return HOST + ":" + spec.port();
    }

    /** Password of a principal. */
    public String password(String principal) {
        String password = spec.passwords().get(principal);
        if (password == null) {
            throw new IllegalArgumentException(
                    "no principal " + principal + " among " + spec.passwords().keySet());
        }
        return password;
    }

    /** What any Kafka client needs in order to connect as the principal. Holds its password. */
    public Map<String, String> clientSettings(String principal) {
        return Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                jaas("scram.ScramLoginModule", principal, password(principal), ""));
    }

    @Override
    public void start(Lifetime lifetime) {
        if (process.running().isEmpty()) {
            Ports.requireFree(
                    Map.of(spec.port(), "Kafka", spec.controllerPort(), "Kafka's controller"), "choose other ports");
            Secrets.folder(spec.folder(), "rwx------");
            Secrets.write(configuration(), serverProperties());
            format();
            process.start(jvm("kafka.Kafka", configuration().toString()), Map.of(), lifetime, Signal.KILL);
        }
        process.awaitReady("Kafka to listen on port " + spec.port(), START, () -> Ports.answers(spec.port()));
        try (Admin admin = Admin.create(Map.<String, Object>copyOf(administrator()))) {
            KafkaRules.apply(admin, spec.passwords());
        }
    }

    private Path configuration() {
        return spec.folder().resolve("server.properties");
    }

    private Path data() {
        return spec.folder().resolve("data");
    }

    /** The administrator comes by PLAIN: its password is in the broker's own file, before any SCRAM credential exists. */
    private Map<String, String> administrator() {
        return Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                jaas("plain.PlainLoginModule", KafkaTopics.ADMIN, password(KafkaTopics.ADMIN), ""));
    }

    private String serverProperties() {
        String admin = password(KafkaTopics.ADMIN);
        String plain = jaas(
                "plain.PlainLoginModule",
                KafkaTopics.ADMIN,
                admin,
                " user_" + KafkaTopics.ADMIN + "=\"" + admin + "\"");
        return """
                # Written by Lifeboat's local stack at every start.
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@%1$s:%3$d
                listeners=CLIENT://%1$s:%2$d,CONTROLLER://%1$s:%3$d
                advertised.listeners=CLIENT://%1$s:%2$d
                listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=CLIENT
                sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
                sasl.mechanism.inter.broker.protocol=PLAIN
                sasl.mechanism.controller.protocol=PLAIN
                listener.name.client.scram-sha-512.sasl.jaas.config=\
                org.apache.kafka.common.security.scram.ScramLoginModule required;
                listener.name.client.plain.sasl.jaas.config=%5$s
                listener.name.controller.sasl.enabled.mechanisms=PLAIN
                listener.name.controller.plain.sasl.jaas.config=%5$s
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                allow.everyone.if.no.acl.found=false
                super.users=User:%6$s
                auto.create.topics.enable=false
                log.dirs=%4$s
                # One machine, one node.
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=12
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=3
                group.initial.rebalance.delay.ms=0
                # After a kill, the broker may register again only when its former life has timed out.
                broker.session.timeout.ms=3000
                broker.heartbeat.interval.ms=500
                num.network.threads=2
                num.io.threads=4
                log.cleaner.dedupe.buffer.size=8388608
                # An index file is allocated whole and mapped, for each partition.
                log.index.size.max.bytes=1048576
                """
                .formatted(HOST, spec.port(), spec.controllerPort(), data(), plain, KafkaTopics.ADMIN);
    }

    /** Gives an empty data folder its identity. Done once: {@code meta.properties} is written last. */
    private void format() {
        if (Files.exists(data().resolve("meta.properties"))) {
            return;
        }
        try {
            Process program = new ProcessBuilder(jvm(
                            "kafka.tools.StorageTool",
                            "format",
                            "--cluster-id=" + Uuid.randomUuid(),
                            "--config=" + configuration()))
                    .redirectErrorStream(true)
                    .start();
            program.getOutputStream().close();
            String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (program.waitFor() != 0) {
                throw new LocalStackException(
                        "kafka-format-failed", "Kafka to format " + data(), output.strip(), "is the disk full?");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException(
                    "interrupted", "Kafka to format its folder", "an interrupt", "run it again", e);
        }
    }

    private static List<String> jvm(String... mainAndArguments) {
        String[] arguments = new String[mainAndArguments.length + 5];
        arguments[0] = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
        arguments[1] = "-Dorg.slf4j.simpleLogger.showDateTime=true";
        arguments[2] = "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX";
        arguments[3] = "-cp";
        arguments[4] = ClassPath.of("kafka");
        System.arraycopy(mainAndArguments, 0, arguments, 5, mainAndArguments.length);
        return JavaProgram.small(HEAP_MEGABYTES, JavaProgram.QUICK_COMPILER, arguments);
    }

    private static String jaas(String module, String principal, String password, String more) {
        return "org.apache.kafka.common.security." + module + " required username=\"" + principal + "\" password=\""
                + password + "\"" + more + ";";
    }
}
