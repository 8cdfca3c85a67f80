package dev.lifeboat.local;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Topics, principals and who may do what, brought to a broker. Applying them again changes nothing.
 *
 * <p>Every service reads every topic, in consumer groups whose name begins with its own; only a topic's writers write it.
 * What no rule allows is refused by the broker.
 */
final class KafkaRules {
    private static final int SCRAM_ITERATIONS = 4096;

    private KafkaRules() {}

    /**
     * Applies them.
     *
     * @param passwords password of each principal
     */
    static void apply(Admin admin, Map<String, String> passwords) {
        try {
            var credentials =
                    admin.alterUserScramCredentials(credentials(passwords)).all();
            var rules = admin.createAcls(rules()).all();
            Set<String> existing = admin.listTopics().names().get();
            admin.createTopics(topicsBeside(existing)).all().get();
            admin.incrementalAlterConfigs(settingsOf(existing)).all().get();
            credentials.get();
            rules.get();
        } catch (ExecutionException e) {
            throw new LocalStackException(
                    "kafka-refused",
                    "Kafka to take its topics, principals and rules",
                    String.valueOf(e.getCause()),
                    "read the broker's log",
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted", "Kafka's rules to be set", "an interrupt", "run it again", e);
        }
    }

    /** Everything that is allowed. */
    static Collection<AclBinding> rules() {
        List<AclBinding> rules = new ArrayList<>();
        for (String service : KafkaTopics.SERVICES) {
            rules.add(rule(ResourceType.TOPIC, KafkaTopics.PREFIX, PatternType.PREFIXED, service, AclOperation.READ));
            rules.add(rule(ResourceType.GROUP, service, PatternType.PREFIXED, service, AclOperation.READ));
            rules.add(rule(ResourceType.TRANSACTIONAL_ID, service, PatternType.PREFIXED, service, AclOperation.WRITE));
        }
        for (KafkaTopics.Topic topic : KafkaTopics.ALL) {
            for (String writer : topic.writers()) {
                rules.add(rule(ResourceType.TOPIC, topic.name(), PatternType.LITERAL, writer, AclOperation.WRITE));
            }
        }
        return rules;
    }

    private static AclBinding rule(
            ResourceType type, String name, PatternType pattern, String principal, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:" + principal, "127.0.0.1", operation, AclPermissionType.ALLOW));
    }

    private static List<NewTopic> topicsBeside(Set<String> existing) {
        return KafkaTopics.ALL.stream()
                .filter(topic -> !existing.contains(topic.name()))
                .map(topic -> new NewTopic(topic.name(), KafkaTopics.PARTITIONS, (short) 1).configs(topic.settings()))
                .toList();
    }

    /** A retention that was changed in the code reaches topics that exist. */
    private static Map<ConfigResource, Collection<AlterConfigOp>> settingsOf(Set<String> existing) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        KafkaTopics.ALL.stream()
                .filter(topic -> existing.contains(topic.name()))
                .forEach(topic -> changes.put(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                        topic.settings().entrySet().stream()
                                .map(setting -> new AlterConfigOp(
                                        new ConfigEntry(setting.getKey(), setting.getValue()),
                                        AlterConfigOp.OpType.SET))
                                .collect(Collectors.toList())));
        return changes;
    }

    private static List<UserScramCredentialAlteration> credentials(Map<String, String> passwords) {
        return passwords.entrySet().stream()
                .<UserScramCredentialAlteration>map(entry -> new UserScramCredentialUpsertion(
                        entry.getKey(),
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS),
                        entry.getValue()))
                .toList();
    }
}
