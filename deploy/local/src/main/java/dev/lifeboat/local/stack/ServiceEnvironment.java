package dev.lifeboat.local.stack;

import dev.lifeboat.local.PostgresCluster;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a service is told about its stack. Secrets come by environment or file, never on the command line. */
final class ServiceEnvironment {
    private ServiceEnvironment() {}

    /** Environment variables; Quarkus maps each to the property of the same name. */
    static Map<String, String> of(StackPlan plan, PartName service) {
        Map<String, String> environment = new TreeMap<>();
        settings(plan, service).forEach((property, value) -> environment.put(variable(property), value));
        return environment;
    }

    /** The name under which the environment holds a property: MicroProfile Config 3, "Environment Variables Mapping". */
    static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> settings(StackPlan plan, PartName service) {
        PostgresCluster postgres = plan.postgres();
        String database = StackPlan.DATABASES.get(service);
        Map<String, String> settings = new TreeMap<>();
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(plan.state().port(service)));
        settings.put("quarkus.datasource.jdbc.url", postgres.jdbcUrl(database));
        settings.put("quarkus.datasource.username", database);
        settings.put("quarkus.datasource.password", plan.state().databasePassword(database));
        plan.kafka().clientSettings(service.text()).forEach((key, value) -> settings.put("kafka." + key, value));
        settings.put("lifeboat.kafka.username", service.text());
        settings.put("lifeboat.kafka.password", plan.state().kafkaPassword(service.text()));
        settings.put("lifeboat.work.directory", plan.workDirectory(service).toString());
        settings.put("lifeboat.principals.file", plan.home().principalsFile().toString());
        settings.put(
                "lifeboat.service.token.file", plan.home().tokenFile(service).toString());
        settings.put(
                "lifeboat.secrets.directory", plan.home().secretsDirectory().toString());
        PartName.SERVICES.forEach(
                other -> settings.put("lifeboat.services." + other.shortName() + ".url", plan.url(other)));
        if (service == PartName.VERIFIER) {
            settings.put(
                    "lifeboat.ledger.key.directory",
                    plan.home().ledgerKeyDirectory().toString());
            // Not where backups go first: whoever can change those there should not be able to change these.
            settings.put("lifeboat.evidence.repository", "west");
        }
        return settings;
    }
}
